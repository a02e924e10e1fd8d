/** S1's `--deployment-contract-runner`: one cycle, two lines. A hold ends with 3, where the original always said 0. */
import { keyValueLine } from "@tau-edge/contract";
import { type CycleReport, runCycle } from "@tau-edge/control";
import { exitCodeOfGate } from "../contract/deployment-views.ts";
import { refusedFixture } from "../contract/fixture-refusal.ts";
import { fixturesAt, type NamedFixtures } from "../contract/fixtures.ts";
import { openRunner } from "../contract/runner.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { CliError } from "../failure.ts";
import { printFailure } from "../failure-output.ts";
import type { CliIo } from "../io.ts";
import { localActor } from "../local-actor.ts";
import { isThere } from "../operands.ts";
import { withProgress } from "../progress.ts";
import { printable } from "../render/text.ts";
import { below } from "../state-dir.ts";
import { DEFAULT_FIXTURE, type LegacyRun } from "./parse.ts";

export async function runnerLegacy(asked: LegacyRun, io: CliIo): Promise<ExitCode> {
  const { fixture: path, stateDir } = asked;
  const fixtures = fixturesOf(path, io);
  if (fixtures.kind === "ladder")
    throw new CliError("not_a_file", `${path} is a directory`, {
      at: path,
      remedy: `Name a file; \`tau-edge run --fixture ${printable(path)}\` runs every fixture of a directory.`,
    });
  const [fixture] = fixtures.sources;
  const runner = await openRunner({ stateDir, fixtures }, io);
  try {
    const request = {
      fixture,
      actor: localActor(),
      queue_limit: asked.queueLimit,
      processed_case_cap: asked.processedCaseCap,
      retry_max_attempts: asked.retryMaxAttempts,
      retry_base_delay_ms: asked.retryBaseDelayMs,
      // The original never looked at the clock, and its scripts know no flag to say that it is right.
      accept_clock: true,
    };
    const report = await withProgress(io, `running ${printable(path)}`, runCycle(request, runner.ports));
    if (report.outcome === "refused") {
      printFailure(refusedFixture(report), io, false);
      return EXIT.refused;
    }
    io.stdout(summaryLines(report, below(stateDir, "state.json")));
    return exitCodeOfGate(report.rollout_gate);
  } finally {
    await runner.close();
  }
}

/** @throws CliError as `fixturesAt` */
function fixturesOf(path: string, io: CliIo): NamedFixtures {
  if (path !== DEFAULT_FIXTURE || isThere(io, path)) return fixturesAt(io, path);
  throw new CliError("file_not_found", `There is no file ${path}, which is the original's default`, {
    at: path,
    remedy: "Name the fixture: --deployment-fixture FILE.",
  });
}

function summaryLines(report: CycleReport, state_path: string): string {
  const { fixture, failures, failures_left_out } = report;
  const cycle = keyValueLine({
    fixture: fixture.file,
    fixture_name: fixture.name,
    discovered_cases: report.discovered_cases,
    queued_cases: report.queued_cases,
    applied_cases: report.applied_cases,
    duplicate_skips: report.duplicate_skips,
    malformed_cases: report.malformed_cases,
    retryable_failures: report.retryable_failures,
    retry_attempts: report.retry_attempts,
    failed_cases: report.failed_cases,
    upserted_rollouts: report.upserted_rollouts,
    wasm_rollouts: report.wasm_rollouts,
    cloud_rollouts: report.cloud_rollouts,
    backlog_cases: report.backlog_cases,
    unapplied_cases: failures.length + failures_left_out,
  });
  const health = keyValueLine({
    state_path,
    health_state: report.health_state,
    rollout_gate: report.rollout_gate,
    gate_reason: report.gate_reason,
    failure_streak: report.failure_streak,
    queue_depth: report.queue_depth,
    reason_codes: report.reason_codes,
    health_reason: report.health_reason,
  });
  return `${cycle}\n${health}\n`;
}
