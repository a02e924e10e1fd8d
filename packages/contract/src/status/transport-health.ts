/** The row of S1's transport health: the raw counters, and what follows from them, so that a script need not judge. */
import type { Freshness, JudgedAt } from "../freshness.ts";
import { type DeploymentHealth, type HealthDocument, writeHealth } from "../health.ts";
import { classifyHealth, type GateReason, type HealthState, type RolloutGate } from "../health-report.ts";

export interface TransportHealthRow extends Freshness {
  readonly transport: "deployment";
  readonly target: "cloud-and-wasm-runtime";
  readonly state_path: string;
  readonly health: HealthDocument;
  readonly health_state: HealthState;
  readonly health_reason: string;
  readonly rollout_gate: RolloutGate;
  readonly gate_reason: GateReason;
  readonly reason_codes: readonly string[];
  readonly recommendation: string;
}

export function transportHealthRow(statePath: string, health: DeploymentHealth, at: JudgedAt): TransportHealthRow {
  const { freshness, ...report } = classifyHealth(health, at);
  return {
    transport: "deployment",
    target: "cloud-and-wasm-runtime",
    state_path: statePath,
    health: writeHealth(health),
    ...report,
    ...freshness,
  };
}
