/** `tau-edge rollout abort`: nobody gets the release from this moment on, and the run ends as failed. */
import type { ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { type ActOptions, actOn } from "./act.ts";
import { reasonArgument } from "./arguments.ts";

export function abortVerb(
  rollout: string,
  options: ActOptions & { readonly reason: string },
  io: CliIo,
): Promise<ExitCode> {
  return actOn(rollout, { do: "abort", reason: reasonArgument(options.reason) }, "aborted", options, io);
}
