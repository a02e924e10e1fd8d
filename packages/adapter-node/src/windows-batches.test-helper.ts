/** Batches that the killed processes and the test that kills them both know. */
import type { ReportRequest } from "@tau-edge/ports";

export const BATCHES = 600;
export const ARRIVED_UNIX_MS = 1_800_000_000_000;

export function requestOf(nth: number): ReportRequest {
  return {
    id: {
      rollout_id: "default~prod~app~0",
      attempt: 0,
      stage: 0,
      window: 0,
      release: `sha256:${"00".repeat(32)}`,
    },
    shard: `lane-${nth % 3}`,
    batch: {
      reporter: `reporter-${nth % 7}`,
      batch_id: `batch-${nth}`,
      ok_latency_us: Array.from({ length: 1 + (nth % 50) }, (_, at) => (nth * 7919 + at * 104729) % 1_000_000),
      failed: nth % 5,
      started: nth % 3,
      ended: 0,
    },
    arrived_unix_ms: ARRIVED_UNIX_MS + nth,
    reporter_observations_max: 1_000_000,
  };
}
