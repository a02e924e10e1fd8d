/** Health, gate and age of the evidence, in three lines: the same wherever they are shown. */
import type { Freshness, HealthReport } from "@tau-edge/contract";
import { columns, type Paint, printable } from "./text.ts";
import { duration } from "./time.ts";

export type Judged = Pick<
  HealthReport,
  "health_state" | "health_reason" | "rollout_gate" | "gate_reason" | "recommendation" | "freshness"
>;

export function renderGate(judged: Judged, paint: Paint): string {
  const { health_state, health_reason, rollout_gate, gate_reason, recommendation, freshness } = judged;
  const passes = rollout_gate === "pass";
  const rows = [
    ["health", `${paint(HEALTH_STYLES[health_state], health_state)}  ${printable(health_reason)}`],
    ["gate", `${paint(passes ? "green" : "red", rollout_gate)}  ${gate_reason}`],
    ["evidence", evidenceWords(freshness)],
    ...(passes ? [] : [["", `-> ${printable(recommendation)}`]]),
  ];
  return columns(rows);
}

const HEALTH_STYLES = { healthy: "green", degraded: "yellow", failing: "red" } as const;

function evidenceWords({ evidence_age_ms, max_age_ms, stale }: Freshness): string {
  if (evidence_age_ms === null) return "none";
  const limit = `${stale ? "older than" : "counts for"} ${duration(max_age_ms)}`;
  return `${ageWords(evidence_age_ms)}, ${limit}`;
}

/** A clock that was put back makes ages negative. */
function ageWords(age_ms: number): string {
  return age_ms < 0 ? `dated ${duration(-age_ms)} from now` : `${duration(age_ms)} old`;
}
