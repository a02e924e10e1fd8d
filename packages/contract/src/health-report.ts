/** How is the deployment doing, and may anything be promoted on that? S1's three classes, and a gate that wants evidence. */
import { type Freshness, freshnessOf, type JudgedAt } from "./freshness.ts";
import { GATE_HOLDS } from "./gate-holds.ts";
import type { DeploymentHealth } from "./health.ts";
import { evidenceOf } from "./health-evidence.ts";
import { troublesOf } from "./health-troubles.ts";
import { CONTRACT_LIMITS } from "./limits.ts";

export type HealthState = "healthy" | "degraded" | "failing";
export type RolloutGate = "pass" | "hold";

type HoldReason = Exclude<keyof typeof GATE_HOLDS, "state_unavailable">;
export type GateReason = "healthy" | HoldReason;

export interface HealthClass {
  readonly health_state: HealthState;
  readonly health_reason: string;
}

export interface HealthReport extends HealthClass {
  /** What to do, in words. */
  readonly recommendation: string;
  readonly rollout_gate: RolloutGate;
  readonly gate_reason: GateReason;
  /** `gate_reason`, then what was seen in S1's words, then what else holds. */
  readonly reason_codes: readonly string[];
  readonly freshness: Freshness;
}

/**
 * The class of the counters, whatever the time; first match.
 *
 * | counters                                                                        | class    |
 * |---------------------------------------------------------------------------------|----------|
 * | `failure_streak` of 3 or more                                                   | failing  |
 * | a streak, or failures, malformed inputs or retries in the last cycle that tried | degraded |
 * | anything else                                                                   | healthy  |
 *
 * The original looks at streak and failures only; S1's troubleshooting section names the others as well.
 */
export function healthClassOf(health: DeploymentHealth): HealthClass {
  const { failure_streak: streak, last_cycle_failed: failed } = health;
  if (streak >= CONTRACT_LIMITS.failing_streak_min)
    return {
      health_state: "failing",
      health_reason: `failure_streak=${streak}: at least ${CONTRACT_LIMITS.failing_streak_min} cycles in a row had failures`,
    };
  const troubles = troublesOf(health);
  if (streak > 0 || troubles.length > 0) {
    const seen = troubles.map(({ counter, count }) => `${counter}=${count}`).join(" ");
    const why = seen === "" ? "no cycle has applied a case since" : `the last cycle that tried cases had ${seen}`;
    return { health_state: "degraded", health_reason: `failure_streak=${streak} last_cycle_failed=${failed}: ${why}` };
  }
  const applied = evidenceOf(health)?.applied ?? 0;
  const shown = applied > 0 ? `the last cycle that tried cases applied ${applied}` : "no cycle has applied a case yet";
  return { health_state: "healthy", health_reason: `failure_streak=0: ${shown}` };
}

/**
 * | first that holds                                        | gate | gate_reason     |
 * |---------------------------------------------------------|------|-----------------|
 * | class failing                                           | hold | health_failing  |
 * | class degraded                                          | hold | health_degraded |
 * | no cycle has applied a case                             | hold | no_evidence     |
 * | the evidence is dated more than 10 minutes after `now`  | hold | clock_disagrees |
 * | the evidence is older than `max_age_ms`                 | hold | state_stale     |
 * | none of these                                           | pass | healthy         |
 */
export function classifyHealth(health: DeploymentHealth, at: JudgedAt): HealthReport {
  const found = healthClassOf(health);
  const freshness = freshnessOf(health, at);
  const [first, ...further] = holdsOf(found, health, freshness);
  return {
    ...found,
    recommendation: recommendationOf(health, first),
    rollout_gate: first === undefined ? "pass" : "hold",
    gate_reason: first ?? "healthy",
    reason_codes: [first ?? "healthy", ...troublesOf(health).map(({ code }) => code), ...further],
    freshness,
  };
}

function holdsOf({ health_state }: HealthClass, health: DeploymentHealth, freshness: Freshness): HoldReason[] {
  const evidence = evidenceOf(health);
  const age = freshness.evidence_age_ms;
  const holds: HoldReason[] = [];
  if (health_state === "failing") holds.push("health_failing");
  else if (health_state === "degraded") holds.push("health_degraded");
  else if (age === null || evidence === undefined || evidence.applied === 0) holds.push("no_evidence");
  if (age !== null && age < -CONTRACT_LIMITS.clock_behind_ms_max) holds.push("clock_disagrees");
  if (freshness.stale) holds.push("state_stale");
  return holds;
}

function recommendationOf(health: DeploymentHealth, hold: HoldReason | undefined): string {
  const actions = [
    ...(hold === undefined ? [] : [GATE_HOLDS[hold].remedy]),
    ...troublesOf(health).map(({ action }) => action),
    ...(health.queue_depth > 0 ? [queueAction(health.queue_depth)] : []),
  ];
  return actions.length === 0 ? "Nothing to do." : actions.join(" ");
}

function queueAction(depth: number): string {
  return `${depth} cases wait: put fewer into a fixture, or raise \`--deployment-queue-limit\`.`;
}
