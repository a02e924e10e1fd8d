/** `tau-edge rollout resume`: ends a pause. */
import type { ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { type ActOptions, actOn } from "./act.ts";

export function resumeVerb(rollout: string, options: ActOptions, io: CliIo): Promise<ExitCode> {
  return actOn(rollout, { do: "resume" }, "resumed", options, io);
}
