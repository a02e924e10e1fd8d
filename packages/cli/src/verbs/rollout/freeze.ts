/** `tau-edge freeze` and `unfreeze`: a blueprint is stopped wherever it runs, and let go on. */
import type { CommandOptions, FreezeRequest, FreezeResult, Rollouts } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderRefusal } from "../../render/command-result.ts";
import { renderFreeze } from "../../render/freeze.ts";
import type { ActOptions } from "./act.ts";
import { placeArgument, reasonArgument } from "./arguments.ts";
import { withSource } from "./with-source.ts";

export interface FreezeOptions extends ActOptions {
  readonly reason: string;
}

export function freezeVerb(blueprint: string, options: FreezeOptions, io: CliIo): Promise<ExitCode> {
  return setFrozen(blueprint, options, io, (rollouts, request, asked) => rollouts.freeze(request, asked));
}

export function unfreezeVerb(blueprint: string, options: FreezeOptions, io: CliIo): Promise<ExitCode> {
  return setFrozen(blueprint, options, io, (rollouts, request, asked) => rollouts.unfreeze(request, asked));
}

type Act = (rollouts: Rollouts, request: FreezeRequest, asked: CommandOptions) => Promise<FreezeResult>;

async function setFrozen(text: string, options: FreezeOptions, io: CliIo, act: Act): Promise<ExitCode> {
  const request = { ...placeArgument(text), reason: reasonArgument(options.reason) };
  const asked = { dry_run: options.dryRun === true, accept_clock: options.acceptClock === true };
  return withSource<FreezeResult>(options, io, {
    doing: text,
    ask: ({ rollouts }) => io.uninterrupted(() => act(rollouts, request, asked)),
    render: (result, paint, flags) =>
      result.outcome === "refused"
        ? renderRefusal(result, { paint, flags, now_unix_ms: Date.now() })
        : renderFreeze(result, paint, flags),
    exitCode: ({ outcome }) => (outcome === "refused" ? EXIT.refused : EXIT.done),
    refuses: ({ outcome }) => outcome === "refused",
  });
}
