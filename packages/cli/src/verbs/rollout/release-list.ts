/** `tau-edge release list`: every release of a blueprint, newest first. */
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderReleases } from "../../render/rollout-list.ts";
import type { SourceOptions } from "../../rollouts-source.ts";
import { blueprintArgument } from "./arguments.ts";
import { withSource } from "./with-source.ts";

export async function releaseListVerb(blueprint: string, options: SourceOptions, io: CliIo): Promise<ExitCode> {
  const id = blueprintArgument(blueprint);
  return withSource(options, io, {
    doing: `reading the releases of ${id}`,
    ask: ({ rollouts }) => rollouts.releases(id),
    render: renderReleases,
    exitCode: () => EXIT.done,
  });
}
