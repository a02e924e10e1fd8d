/** `tau-edge rollout rollback`: nobody gets the release from this moment on, and health is proven after it. */
import type { ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { type ActOptions, actOn } from "./act.ts";
import { reasonArgument } from "./arguments.ts";

export function rollbackVerb(
  rollout: string,
  options: ActOptions & { readonly reason: string },
  io: CliIo,
): Promise<ExitCode> {
  return actOn(rollout, { do: "roll_back", reason: reasonArgument(options.reason) }, "rolled back", options, io);
}
