/** One act on rollouts: decided, written whole or not at all, and reported with what the rollout is after it. */
import type { CommandOptions, CommandResult, OperatorCommand } from "@tau-edge/control";
import { preflightFailures } from "@tau-edge/rollout";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderResult } from "../../render/command-result.ts";
import type { RolloutsSource, SourceOptions } from "../../rollouts-source.ts";
import { rolloutArgument } from "./arguments.ts";
import { withSource } from "./with-source.ts";

export interface ActOptions extends SourceOptions {
  readonly dryRun?: boolean;
  readonly acceptClock?: boolean;
}

export interface Act {
  /** In the past, such as `paused`. */
  readonly deed: string;
  /** Said while it takes long. */
  readonly doing: string;
  ask(source: RolloutsSource, options: CommandOptions): Promise<CommandResult>;
  /** Whether what was recorded is a no; it is told in these words. */
  readonly failed?: { readonly deed: string; is(result: DoneResult): boolean };
}

type DoneResult = Extract<CommandResult, { outcome: "done" }>;

export function act(options: ActOptions, io: CliIo, { deed, doing, ask, failed }: Act): Promise<ExitCode> {
  const isNo = (result: CommandResult) => result.outcome === "done" && failed?.is(result) === true;
  const asked = { dry_run: options.dryRun === true, accept_clock: options.acceptClock === true };
  return withSource(options, io, {
    doing,
    use: "writing",
    ask: (source) => io.uninterrupted(() => ask(source, asked)),
    render: (result, paint, flags) =>
      renderResult(result, isNo(result) ? (failed?.deed ?? deed) : deed, { paint, flags, now_unix_ms: Date.now() }),
    exitCode: (result) => (isNo(result) ? EXIT.refused : exitCodeOf(result)),
    refuses: ({ outcome }) => outcome === "refused",
  });
}

/** @throws CliError `usage` */
export function actOn(
  rollout: string,
  command: OperatorCommand,
  deed: string,
  options: ActOptions,
  io: CliIo,
): Promise<ExitCode> {
  const id = rolloutArgument(rollout);
  return act(options, io, { deed, doing: id, ask: (source, asked) => source.rollouts.command(id, command, asked) });
}

/** A start whose preflight fails leaves a trace, and starts nothing. */
function exitCodeOf(result: CommandResult): ExitCode {
  if (result.outcome === "refused") return EXIT.refused;
  const { preflight } = result;
  return preflight !== undefined && preflightFailures(preflight.checks).length > 0 ? EXIT.refused : EXIT.done;
}
