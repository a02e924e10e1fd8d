/** Where the deployment state is: S1's default, its variable, or what was asked for. */
import type { CliIo } from "./io.ts";

export const DEFAULT_STATE_DIR = ".tau/deployment";

export function stateDirOf(option: string | undefined, io: CliIo): string {
  return option ?? (io.env["TAU_DEPLOYMENT_STATE_DIR"] || DEFAULT_STATE_DIR);
}

/** Without a slash at the end, so that a report repeats what was typed and not `dir//file`. */
export function below(dir: string, name: string): string {
  return `${dir.replace(/(?<=.)\/+$/, "")}/${name}`;
}
