/** Counts what happens in a cycle, and keeps the first failures for its report. */
import { type CaseResult, CYCLE_COUNT_FIELDS, type CycleCountField, type CycleCounts } from "@tau-edge/contract";
import { CYCLE_FAILURES_MAX } from "../limits.ts";
import type { CycleFailure } from "./cycle-report.ts";

export class CycleTally {
  readonly #counts = new Map<CycleCountField, number>(CYCLE_COUNT_FIELDS.map((field) => [field, 0]));
  readonly #failures: CycleFailure[] = [];
  #failed = 0;

  get counts(): CycleCounts {
    const of = (field: CycleCountField): number => this.#counts.get(field) ?? 0;
    return {
      discovered_cases: of("discovered_cases"),
      queued_cases: of("queued_cases"),
      applied_cases: of("applied_cases"),
      duplicate_skips: of("duplicate_skips"),
      malformed_cases: of("malformed_cases"),
      retryable_failures: of("retryable_failures"),
      retry_attempts: of("retry_attempts"),
      failed_cases: of("failed_cases"),
      upserted_rollouts: of("upserted_rollouts"),
      wasm_rollouts: of("wasm_rollouts"),
      cloud_rollouts: of("cloud_rollouts"),
      backlog_cases: of("backlog_cases"),
    };
  }

  get failures(): readonly CycleFailure[] {
    return this.#failures;
  }

  get failures_left_out(): number {
    return this.#failed - this.#failures.length;
  }

  add(...fields: readonly CycleCountField[]): void {
    for (const field of fields) this.#counts.set(field, (this.#counts.get(field) ?? 0) + 1);
  }

  ended(result: CaseResult): void {
    if (result.outcome === "success") {
      this.add("applied_cases", "upserted_rollouts");
      this.add(result.deploy_target === "wasm" ? "wasm_rollouts" : "cloud_rollouts");
      return;
    }
    this.add(result.outcome === "malformed_input" ? "malformed_cases" : "failed_cases");
    this.#failed += 1;
    if (this.#failures.length < CYCLE_FAILURES_MAX) this.#failures.push(failureOf(result, result.outcome));
  }
}

function failureOf(result: CaseResult, outcome: CycleFailure["outcome"]): CycleFailure {
  const { case_id, case_key, status_code, error_code, reason, detail_code, detail, attempts, mismatch } = result;
  const said = { case_id, case_key, outcome, status_code, error_code, reason, detail_code, detail, attempts };
  return mismatch === undefined ? said : { ...said, mismatch };
}
