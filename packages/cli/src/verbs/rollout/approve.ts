/** `tau-edge rollout approve`: signs off what the approver looked at, and nothing else. */
import type { ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { type ActOptions, actOn } from "./act.ts";
import { digestArgument, optionalDigest, roleArgument } from "./arguments.ts";

export function approveVerb(
  rollout: string,
  options: ActOptions & { readonly role: string; readonly release: string; readonly policy?: string },
  io: CliIo,
): Promise<ExitCode> {
  const policy_bundle_hash = optionalDigest(options.policy, "--policy");
  const command = {
    do: "approve",
    role: roleArgument(options.role),
    release: digestArgument(options.release, "--release"),
    ...(policy_bundle_hash === undefined ? {} : { policy_bundle_hash }),
  } as const;
  return actOn(rollout, command, "approved", options, io);
}
