/** `tau-edge rollout promote`: ends a pause or a dwell; with --full, skips the stages before the watch. */
import type { ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import type { CliIo } from "../../io.ts";
import { type ActOptions, actOn } from "./act.ts";
import { reasonArgument, roleArgument } from "./arguments.ts";

export function promoteVerb(
  rollout: string,
  options: ActOptions & { readonly full?: boolean; readonly role?: string; readonly reason?: string },
  io: CliIo,
): Promise<ExitCode> {
  const { full, role, reason } = options;
  if (full !== true) {
    if (role !== undefined || reason !== undefined)
      throw new CliError("usage", "--role and --reason belong to --full", {
        remedy: "Leave them out, or add --full to skip stages.",
      });
    return actOn(rollout, { do: "promote" }, "promoted", options, io);
  }
  if (role === undefined || reason === undefined)
    throw new CliError("usage", "--full needs --role and --reason", {
      remedy: "It takes two persons, one as release_owner and one as on_call; each says why.",
    });
  const command = { do: "override", role: roleArgument(role), reason: reasonArgument(reason) } as const;
  return actOn(rollout, command, "asked to skip stages", options, io);
}
