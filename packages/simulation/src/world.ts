/** A plan and a model, with everything that is the same in each of their rollouts. */
import type { Digest } from "@tau-edge/encoding";
import {
  type Arms,
  armsAt,
  type Behaviour,
  type Demand,
  demandOf,
  type Limits,
  limitsOf,
  type Plan,
  type Policy,
  type Snapshot,
} from "@tau-edge/rollout";
import type { Arrivals, TrafficModel } from "./model.ts";

export interface StageWorld {
  readonly stage: number;
  readonly arms: Arms;
  readonly demand: Demand;
}

export interface World {
  /** With the traffic of the model in place of what the plan expects. */
  readonly plan: Plan;
  readonly policy: Policy;
  readonly limits: Limits;
  /** The stages, and the watch as the last one. */
  readonly stages: readonly StageWorld[];
  readonly release: Behaviour;
  readonly arrivals: Arrivals;
  /** Of the baseline, in 0..1. */
  readonly baseline_failing: number;
  readonly latency_median_us: number;
  /** Of the logarithm of latencies. */
  readonly latency_sigma: number;
  /** Every check of the policy, passed: chance decides nothing about them. */
  readonly checks: Snapshot["checks"];
}

/** Stands for every digest: no object is made, so none has one. */
export const NO_DIGEST: Digest = `sha256:${"00".repeat(32)}`;

const MILLION = 1_000_000;

export function worldOf(plan: Plan, model: TrafficModel, release: Behaviour): World {
  const { policy } = plan;
  const met = { ...plan, expected_per_hour: model.expected_per_hour };
  const names = policy.gates.flatMap((gate) => (gate.metric === "external_check" ? [gate.check] : []));
  return {
    plan: met,
    policy,
    limits: limitsOf(plan),
    stages: [...policy.stages, policy.watch].map((_, stage) => ({
      stage,
      arms: armsAt(met, stage),
      demand: demandOf(policy, stage),
    })),
    release,
    arrivals: model.arrivals,
    baseline_failing: model.baseline_error_ppm / MILLION,
    latency_median_us: model.latency_median_us,
    latency_sigma: model.latency_sigma_ppm / MILLION,
    checks: [...new Set(names)].map((check) => ({ check, outcome: "passed" })),
  };
}
