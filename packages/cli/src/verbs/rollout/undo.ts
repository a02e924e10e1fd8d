/** `tau-edge rollout undo`: back to a release that was committed before, at once and watched. */
import type { ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { type ActOptions, act } from "./act.ts";
import { blueprintArgument, digestArgument, environmentArgument } from "./arguments.ts";
import { type EvidenceOptions, evidenceOf } from "./evidence-options.ts";

export interface UndoOptions extends ActOptions, Pick<EvidenceOptions, "environmentProfile"> {
  readonly environment: string;
  readonly release: string;
}

export async function undoVerb(blueprint: string, options: UndoOptions, io: CliIo): Promise<ExitCode> {
  const request = {
    blueprint: blueprintArgument(blueprint),
    environment: environmentArgument(options.environment),
    release: digestArgument(options.release, "--release"),
    ...evidenceOf(options, io),
  };
  return act(options, io, {
    deed: "undone",
    doing: `${request.blueprint} in ${request.environment} goes back`,
    ask: (source, asked) => source.rollouts.undo(request, asked),
  });
}
