/** `tau-edge rollout run`: the controller, until nothing is left to do without waiting, or until somebody ends it. */
import type { StreamTick } from "@tau-edge/control";
import { PortError } from "@tau-edge/ports";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { describeFailure, type Failure } from "../../failure.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { withProgress } from "../../progress.ts";
import { painter, printable } from "../../render/text.ts";
import { renderTick, type TickReport } from "../../render/tick.ts";
import { withholdSecrets } from "../../secrets.ts";
import { stateDirOf } from "../../state-dir.ts";

export interface RunOptions {
  readonly stateDir?: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

/** Dwells are minutes; a withdrawn release is withdrawn by the record, not by the next look. */
const BETWEEN_LOOKS_MS = 1_000;

export async function runVerb(options: RunOptions, io: CliIo): Promise<ExitCode> {
  // Asked for before the first step: a signal that comes in between must not be lost.
  const stopped = options.once === true ? undefined : io.untilStopped();
  withholdSecrets();
  const { openStateSource } = await import("../../state-source.ts");
  const state = await openStateSource(options.stateDir, io, "writing");
  const report = new TickPrinter(options, io);
  const tick = () => io.uninterrupted(() => state.controller.tick(Date.now()));
  try {
    if (stopped === undefined) {
      await withProgress(io, "doing what is due", runUntilWaiting(tick, report));
      return report.end();
    }
    if (options.json !== true) io.stdout(`running rollouts in ${printable(stateDirOf(options.stateDir, io))}\n`);
    return await runUntilStopped(tick, report, stopped);
  } finally {
    await state.close();
  }
}

type Tick = () => Promise<readonly StreamTick[]>;

async function runUntilStopped(tick: Tick, report: TickPrinter, stopped: Promise<ExitCode>): Promise<ExitCode> {
  let works = false;
  for (;;) {
    try {
      const ticks = await tick();
      report.print(ticks);
      works = true;
      // It writes nothing any more; whoever starts it anew gets a process that does.
      if (ticks.some(({ error }) => isPoison(error))) return EXIT.failed;
    } catch (error) {
      // What did not work from the beginning is told at once; what stops working is waited for, and told.
      if (!works || isPoison(error) || !(error instanceof PortError)) throw error;
      report.print([{ stream: error.at, done: [], error }]);
    }
    const pause = Promise.withResolvers<undefined>();
    const timer = setTimeout(pause.resolve, BETWEEN_LOOKS_MS, undefined);
    const ended = await Promise.race([stopped, pause.promise]);
    clearTimeout(timer);
    if (ended !== undefined) return ended;
  }
}

function isPoison(error: unknown): boolean {
  return error instanceof PortError && error.code === "store_poisoned";
}

async function runUntilWaiting(tick: Tick, report: TickPrinter): Promise<void> {
  for (;;) {
    const ticks = await tick();
    report.print(ticks);
    // What failed or was refused would fail again now.
    if (!ticks.some(({ done, error, refused }) => done.length > 0 && error === undefined && refused === undefined))
      return;
  }
}

/** Says each thing once: a wait that goes on is not repeated. */
class TickPrinter {
  readonly #options: RunOptions;
  readonly #io: CliIo;
  readonly #last = new Map<string, string>();
  readonly #reports: TickReport[] = [];
  #exitCode: ExitCode = EXIT.done;

  constructor(options: RunOptions, io: CliIo) {
    this.#options = options;
    this.#io = io;
  }

  print(ticks: readonly StreamTick[]): void {
    for (const tick of ticks) {
      const { error, ...rest } = tick;
      const failure = error === undefined ? undefined : describeFailure(error);
      this.#raise(failure, rest);
      const report: TickReport = { ...rest, ...(failure === undefined ? {} : { failure: failure.document }) };
      const text = JSON.stringify(report);
      if (tick.done.length === 0 && this.#last.get(tick.stream) === text) continue;
      this.#last.set(tick.stream, JSON.stringify({ ...report, done: [] }));
      this.#say(report);
    }
  }

  /** One document where the run has an end of its own. */
  end(): ExitCode {
    if (this.#options.json === true)
      this.#io.stdout(`${JSON.stringify({ schema_version: 1, ticks: this.#reports }, undefined, 2)}\n`);
    else if (this.#last.size === 0) this.#io.stdout("Nothing is open.\n");
    return this.#exitCode;
  }

  #say(report: TickReport): void {
    if (this.#options.json !== true) this.#io.stdout(renderTick(report, painter(usesColour(this.#io)), Date.now()));
    else if (this.#options.once === true) this.#reports.push(report);
    else this.#io.stdout(`${JSON.stringify(report)}\n`);
  }

  #raise(failure: Failure | undefined, { refused, unreachable }: Pick<StreamTick, "refused" | "unreachable">): void {
    const codes: readonly ExitCode[] = [
      ...(unreachable === undefined ? [] : [EXIT.failed]),
      ...(refused === undefined ? [] : [EXIT.refused]),
      ...(failure === undefined ? [] : [failure.exitCode]),
    ];
    for (const code of codes) if (code > this.#exitCode) this.#exitCode = code;
  }
}
