/** `tau-edge resolve`: what a key gets now, and why. Where it is to stop, a script must not take that for a release. */
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderResolution } from "../../render/history.ts";
import type { SourceOptions } from "../../rollouts-source.ts";
import { blueprintArgument, environmentArgument, optionalDigest } from "./arguments.ts";
import { withSource } from "./with-source.ts";

export interface ResolveOptions extends SourceOptions {
  readonly key?: string;
  readonly override?: string;
}

export async function resolveVerb(
  environment: string,
  blueprint: string,
  options: ResolveOptions,
  io: CliIo,
): Promise<ExitCode> {
  const name = environmentArgument(environment);
  const id = blueprintArgument(blueprint);
  const override = optionalDigest(options.override, "--override");
  const asking = {
    ...(options.key === undefined ? {} : { version_key: options.key }),
    ...(override === undefined ? {} : { override }),
  };
  return withSource(options, io, {
    doing: `resolving ${id} in ${name}`,
    ask: (source) => source.resolve(name, id, asking),
    render: renderResolution,
    exitCode: ({ outcome }) => (outcome === "paused" ? EXIT.refused : EXIT.done),
  });
}
