/** `tau-edge rollout revalidate`: validates what goes next after a rollback or an abort, and records what was found. */
import type { ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import type { CliIo } from "../../io.ts";
import { type ActOptions, act } from "./act.ts";
import { blueprintArgument, digestArgument, environmentArgument } from "./arguments.ts";

export interface RevalidateOptions extends ActOptions {
  readonly environment: string;
  readonly manifest: string;
  readonly with: string;
}

export async function revalidateVerb(blueprint: string, options: RevalidateOptions, io: CliIo): Promise<ExitCode> {
  const request = {
    blueprint: blueprintArgument(blueprint),
    environment: environmentArgument(options.environment),
    manifest: digestArgument(options.manifest, "--manifest"),
    validation: validationArgument(options.with),
  };
  return act(options, io, {
    deed: `validated with ${request.validation}`,
    failed: {
      deed: `found wanting by ${request.validation}: it may not start`,
      is: ({ rollout }) => rollout.lock?.cleared !== request.manifest,
    },
    doing: `validating ${request.manifest}`,
    ask: (source, asked) => source.rollouts.revalidate(request, asked),
  });
}

function validationArgument(text: string): string {
  if (text === "deep" || /^profile:[a-z0-9][a-z0-9._-]{0,62}$/.test(text)) return text;
  throw new CliError("usage", `There is no validation ${text}`, {
    remedy: "It is deep, or profile:ID with an id that `tau-edge profile list` shows.",
  });
}
