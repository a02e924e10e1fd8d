/** A rollout of this name is not there. */
import { CliError } from "../../failure.ts";

export function unknownRollout(id: string): CliError {
  return new CliError("rollout_unknown", `There is no rollout ${id}`, {
    at: id,
    remedy: "`tau-edge rollout list` shows what there is.",
  });
}
