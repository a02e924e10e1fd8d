/** `tau-edge rollout pause`: it stays where it is, and its windows go on being judged. */
import type { ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { type ActOptions, actOn } from "./act.ts";
import { reasonArgument } from "./arguments.ts";

export function pauseVerb(
  rollout: string,
  options: ActOptions & { readonly reason: string },
  io: CliIo,
): Promise<ExitCode> {
  return actOn(rollout, { do: "pause", reason: reasonArgument(options.reason) }, "paused", options, io);
}
