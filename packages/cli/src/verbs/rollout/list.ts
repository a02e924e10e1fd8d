/** `tau-edge rollout list`: one line each, newest first. */
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderRolloutList } from "../../render/rollout-list.ts";
import type { SourceOptions } from "../../rollouts-source.ts";
import { blueprintArgument, environmentArgument } from "./arguments.ts";
import { withSource } from "./with-source.ts";

export async function listVerb(
  options: SourceOptions & { readonly environment?: string; readonly blueprint?: string },
  io: CliIo,
): Promise<ExitCode> {
  const filter = {
    ...(options.environment === undefined ? {} : { environment: environmentArgument(options.environment) }),
    ...(options.blueprint === undefined ? {} : { blueprint: blueprintArgument(options.blueprint) }),
  };
  return withSource(options, io, {
    doing: "reading the rollouts",
    ask: ({ rollouts }) => rollouts.list(filter),
    render: renderRolloutList,
    exitCode: ({ unreadable }) => (unreadable.length === 0 ? EXIT.done : EXIT.integrity),
  });
}
