/** `tau-edge run`: one cycle of the contract runner, or a ladder of them, and 3 when the gate holds. */
import { type CycleOptions, runCycle, runLadder } from "@tau-edge/control";
import { exitCodeOfGate } from "../../contract/deployment-views.ts";
import { refusedFixture } from "../../contract/fixture-refusal.ts";
import { fixturesAt, type NamedFixtures } from "../../contract/fixtures.ts";
import { openRunner, type Runner } from "../../contract/runner.ts";
import { countArgument, RETRY_ATTEMPTS_MAX } from "../../count-argument.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { printFailure } from "../../failure-output.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { localActor } from "../../local-actor.ts";
import { withProgress } from "../../progress.ts";
import { renderCycle, renderLadderEnd, renderRung } from "../../render/cycle.ts";
import { painter, printable } from "../../render/text.ts";
import { stateDirOf } from "../../state-dir.ts";
import { maxAgeOption } from "./views.ts";

export interface RunOptions {
  readonly fixture: string;
  readonly queueLimit: string;
  readonly processedCaseCap: string;
  readonly retryMaxAttempts: string;
  readonly retryBaseDelayMs: string;
  readonly backend?: string;
  readonly maxAgeMs?: string;
  readonly acceptClock?: boolean;
  readonly stateDir?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function runVerb(options: RunOptions, io: CliIo): Promise<ExitCode> {
  const cycle = cycleOptions(options);
  const { backend: file } = options;
  const backend =
    file === undefined ? undefined : (await import("../../contract/backend-file.ts")).backendFromFile(io, file);
  const fixtures = fixturesAt(io, options.fixture);
  const stateDir = stateDirOf(options.stateDir, io);
  const runner = await openRunner({ stateDir, fixtures, backend, dryRun: options.dryRun === true }, io);
  const run: Run = { cycle, runner, fixtures, json: options.json === true, io };
  try {
    return fixtures.kind === "file" ? await runFile(run) : await climb(run);
  } finally {
    await runner.close();
  }
}

interface Run {
  readonly cycle: CycleOptions;
  readonly runner: Runner;
  readonly fixtures: NamedFixtures;
  readonly json: boolean;
  readonly io: CliIo;
}

async function runFile({ cycle, runner, fixtures, json, io }: Run): Promise<ExitCode> {
  const [fixture] = fixtures.sources;
  const working = runCycle({ ...cycle, fixture }, runner.ports);
  const report = await withProgress(io, `running ${printable(fixture.file)}`, working);
  if (report.outcome === "refused") {
    printFailure(refusedFixture(report), io, json);
    return EXIT.refused;
  }
  io.stdout(json ? `${JSON.stringify(report, undefined, 2)}\n` : renderCycle(report, painter(usesColour(io))));
  return exitCodeOfGate(report.rollout_gate);
}

/** In words each rung is told when it has ended; a document comes whole. */
async function climb({ cycle, runner, fixtures, json, io }: Run): Promise<ExitCode> {
  const paint = painter(usesColour(io));
  const working = runLadder({ ...cycle, fixtures: fixtures.sources }, runner.ports, (rung) => {
    if (json) return;
    if (rung.cycle.outcome === "refused") printFailure(refusedFixture(rung.cycle), io, false);
    else io.stdout(`${renderCycle(rung.cycle, paint)}${renderRung(rung)}\n`);
  });
  const ladder = await withProgress(io, "running the ladder", working);
  io.stdout(json ? `${JSON.stringify(ladder, undefined, 2)}\n` : renderLadderEnd(ladder, paint));
  return ladder.outcome === "climbed" ? EXIT.done : EXIT.refused;
}

/** @throws CliError `usage` */
function cycleOptions(options: RunOptions): CycleOptions {
  return {
    actor: localActor(),
    queue_limit: countArgument(options.queueLimit, { name: "--queue-limit", min: 1 }),
    processed_case_cap: countArgument(options.processedCaseCap, { name: "--processed-case-cap", min: 1 }),
    retry_max_attempts: countArgument(options.retryMaxAttempts, {
      name: "--retry-max-attempts",
      min: 1,
      max: RETRY_ATTEMPTS_MAX,
    }),
    retry_base_delay_ms: countArgument(options.retryBaseDelayMs, { name: "--retry-base-delay-ms", min: 0 }),
    ...maxAgeOption(options),
    dry_run: options.dryRun === true,
    accept_clock: options.acceptClock === true,
  };
}
