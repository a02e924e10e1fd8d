/** How is the deployment? S1's status document, and what it left out: why the gate holds, how old all this is, what failed. */
import type { ReadonlyCounts } from "../count-map.ts";
import type { EventLogFacts } from "../events/event-log.ts";
import type { Freshness, JudgedAt } from "../freshness.ts";
import { type DeploymentHealth, type HealthDocument, writeHealth } from "../health.ts";
import { withEventLog } from "../health-evidence.ts";
import { classifyHealth, type GateReason, type HealthState, type RolloutGate } from "../health-report.ts";
import type { StatusCounts } from "./status-counts.ts";

/** `statusView` writes S1's fields in S1's order, then ours. */
export interface StatusView extends Freshness, StatusCounts {
  readonly state_path: string;
  readonly events_log_path: string;
  readonly events_log_present: boolean;
  readonly health_state: HealthState;
  readonly health_reason: string;
  readonly rollout_gate: RolloutGate;
  readonly processed_case_count: number;
  readonly cycle_reports: number;
  readonly invalid_cycle_reports: number;
  readonly last_reason_codes: readonly string[];
  readonly reason_code_counts: ReadonlyCounts;
  readonly health: HealthDocument;
  readonly gate_reason: GateReason;
  readonly reason_codes: readonly string[];
  readonly recommendation: string;
  /** The cycle counters are those of the live log and of this many rotated ones. */
  readonly events_log_rotated_files: number;
  /** The ledger has a cycle that the file does not show yet: its rollouts and done cases are those before it. */
  readonly state_behind: boolean;
}

export interface StatusInput {
  readonly state_path: string;
  readonly processed_case_count: number;
  readonly counts: StatusCounts;
  readonly health: DeploymentHealth;
  readonly state_behind: boolean;
  readonly events_log: {
    readonly path: string;
    /** The live log; rotated ones may stand without it. */
    readonly present: boolean;
    readonly rotated_files: number;
    readonly facts: EventLogFacts;
  };
}

/**
 * State and reason come from one place, the classification of the counters. Where the state is the original's and says
 * nothing of the last cycle that tried a case, its event line does.
 */
export function statusView(input: StatusInput, at: Omit<JudgedAt, "last_cycle_unix_ms">): StatusView {
  const { counts, events_log: log } = input;
  const health = withEventLog(input.health, log.facts);
  const lastCycle = log.facts.last_timestamp_unix_ms;
  const report = classifyHealth(health, { ...at, ...(lastCycle !== undefined && { last_cycle_unix_ms: lastCycle }) });
  return {
    state_path: input.state_path,
    events_log_path: log.path,
    events_log_present: log.present,
    health_state: report.health_state,
    health_reason: report.health_reason,
    rollout_gate: report.rollout_gate,
    processed_case_count: input.processed_case_count,
    rollout_count: counts.rollout_count,
    target_counts: counts.target_counts,
    runtime_profile_counts: counts.runtime_profile_counts,
    environment_counts: counts.environment_counts,
    outcome_counts: counts.outcome_counts,
    status_code_counts: counts.status_code_counts,
    error_code_counts: counts.error_code_counts,
    total_replicas: counts.total_replicas,
    wasm_rollout_count: counts.wasm_rollout_count,
    cloud_rollout_count: counts.cloud_rollout_count,
    cycle_reports: log.facts.cycle_reports,
    invalid_cycle_reports: log.facts.invalid_cycle_reports,
    last_reason_codes: log.facts.last_reason_codes,
    reason_code_counts: log.facts.reason_code_counts,
    health: writeHealth(health),
    gate_reason: report.gate_reason,
    reason_codes: report.reason_codes,
    recommendation: report.recommendation,
    failed_case_count: counts.failed_case_count,
    events_log_rotated_files: log.rotated_files,
    state_behind: input.state_behind,
    ...report.freshness,
  };
}
