/** The operator's summary of S1's promotion gate: one row a component, and hold if any of them holds. */
import type { Freshness } from "../freshness.ts";
import { GATE_HOLDS } from "../gate-holds.ts";
import type { GateReason, HealthState, RolloutGate } from "../health-report.ts";
import { CONTRACT_LIMITS } from "../limits.ts";
import type { StatusView } from "./status-view.ts";

export interface OperatorRow extends Freshness {
  readonly component: "deployment";
  readonly health_state: HealthState;
  readonly health_reason: string;
  readonly rollout_gate: RolloutGate;
  /** Why it holds; of a row that passes the last reason code of the event log, as in S1, or `deployment_status`. */
  readonly reason_code: string;
  readonly recommendation: string;
  readonly queue_depth: number;
  readonly failure_streak: number;
  readonly state_path: string;
  readonly gate_reason: GateReason | "state_unavailable";
  readonly reason_codes: readonly string[];
}

export interface OperatorSummary {
  readonly generated_unix_ms: number;
  /** The worst of all components. */
  readonly health_state: HealthState;
  /** `hold` if any component holds. */
  readonly rollout_gate: RolloutGate;
  /** `component:code` for each component that holds, or `all_checks_passing`. */
  readonly reason_codes: readonly string[];
  /** `component: what to do` for each component that holds. */
  readonly recommendations: readonly string[];
  readonly components: readonly OperatorRow[];
}

export function operatorRow(view: StatusView): OperatorRow {
  const { state_age_ms, last_cycle_age_ms, evidence_age_ms, max_age_ms, stale } = view;
  return {
    component: "deployment",
    health_state: view.health_state,
    health_reason: view.health_reason,
    rollout_gate: view.rollout_gate,
    reason_code:
      view.rollout_gate === "hold" ? view.gate_reason : (view.last_reason_codes.at(-1) ?? "deployment_status"),
    recommendation: view.recommendation,
    queue_depth: view.health.queue_depth,
    failure_streak: view.health.failure_streak,
    state_path: view.state_path,
    gate_reason: view.gate_reason,
    reason_codes: view.reason_codes,
    ...{ state_age_ms, last_cycle_age_ms, evidence_age_ms, max_age_ms, stale },
  };
}

/** The row of a state that cannot be read: as bad as failing, since nothing is known. */
export function unavailableRow(
  statePath: string,
  refusal: { readonly code: string; readonly detail: string; readonly remedy?: string | undefined },
  max_age_ms: number = CONTRACT_LIMITS.evidence_age_ms_default,
): OperatorRow {
  return {
    component: "deployment",
    health_state: "failing",
    health_reason: `${refusal.code}: ${refusal.detail}`,
    rollout_gate: "hold",
    reason_code: "state_unavailable",
    recommendation: refusal.remedy ?? GATE_HOLDS.state_unavailable.remedy,
    queue_depth: 0,
    failure_streak: 0,
    state_path: statePath,
    gate_reason: "state_unavailable",
    reason_codes: ["state_unavailable", refusal.code],
    state_age_ms: null,
    last_cycle_age_ms: null,
    evidence_age_ms: null,
    max_age_ms,
    stale: false,
  };
}

const WORST_FIRST = ["failing", "degraded", "healthy"] as const;

/** The deployment's part of S1's summary; its other components, and its posture and release channel, are not known here. */
export function operatorSummary(
  components: readonly [OperatorRow, ...OperatorRow[]],
  generated_unix_ms: number,
): OperatorSummary {
  const holding = components.filter(({ rollout_gate }) => rollout_gate === "hold");
  const codes = holding.flatMap((row) => row.reason_codes.map((code) => `${row.component}:${code}`));
  return {
    generated_unix_ms,
    health_state: WORST_FIRST.find((state) => components.some((row) => row.health_state === state)) ?? "failing",
    rollout_gate: holding.length === 0 ? "pass" : "hold",
    reason_codes: holding.length === 0 ? ["all_checks_passing"] : codes,
    recommendations: holding.map((row) => `${row.component}: ${row.recommendation}`),
    components,
  };
}
