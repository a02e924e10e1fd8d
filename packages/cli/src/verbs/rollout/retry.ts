/** `tau-edge rollout retry`: the next attempt of a rollout that failed, by the same plan. */
import type { ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { type ActOptions, actOn } from "./act.ts";
import { type EvidenceOptions, evidenceOf } from "./evidence-options.ts";

export function retryVerb(rollout: string, options: ActOptions & EvidenceOptions, io: CliIo): Promise<ExitCode> {
  return actOn(rollout, { do: "retry", ...evidenceOf(options, io) }, "begun again", options, io);
}
