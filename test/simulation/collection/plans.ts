/** Small modules and plans: a rollout of two stages and a watch, whose windows fill with forty observations. */
import { encodeUtf8 } from "@tau-edge/encoding";
import type { RetentionClass } from "@tau-edge/ledger";
import { type Environment, type Plan, type ReleaseRef, readPlan } from "@tau-edge/rollout";

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;
export const BLUEPRINTS = ["shop", "till"] as const;
export const REPORTERS = 5;
export const OBSERVATIONS = 8;

/** An empty module with a custom section that tells it from others. */
export function moduleNumber(nth: number): Uint8Array {
  return Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0, 3, 1, 0x6e, nth);
}

export interface PlanRequest {
  readonly blueprint: string;
  readonly environment: Environment;
  readonly target: ReleaseRef;
  readonly baseline: "none" | "committed";
  readonly retention_class: RetentionClass;
}

export function planFor({ blueprint, environment, target, baseline, retention_class }: PlanRequest): Plan {
  const samples = REPORTERS * OBSERVATIONS;
  const stage = { min_samples: samples, min_dwell_ms: MINUTE_MS };
  const document = {
    schema_version: 1,
    blueprint,
    environments: [environment],
    release: target.release,
    manifest: target.manifest,
    baseline,
    allow_unsigned: true,
    retention_class,
    expected_per_hour: 1_000_000,
    policy: {
      stages: [
        { ...stage, weight_bp: 5_000 },
        { ...stage, weight_bp: 10_000 },
      ],
      gates: [
        { id: "error_rate", metric: "error_rate", max_ppm: 500_000 },
        { id: "p95_latency_delta", metric: "p95_latency_delta", max_ppm: 100_000 },
        { id: "replay_determinism_failures", metric: "replay_determinism_failures", max: 0 },
      ],
      watch: { duration_ms: MINUTE_MS, judge_every_ms: MINUTE_MS, min_samples: samples },
      max_window_ms: 30 * MINUTE_MS,
      max_silence_ms: 10 * MINUTE_MS,
      max_hold_ms: 180 * MINUTE_MS,
      abandon_after_ms: 30_000,
      reporter_observations_max: OBSERVATIONS,
    },
  };
  return readPlan(encodeUtf8(JSON.stringify(document)));
}
