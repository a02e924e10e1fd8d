/** What was drawn, as the snapshot that it would have been frozen into: counts, and the one latency that a gate looks at. */
import { bucketOf, exponential, makeSnapshot, nearestRank95, normalQuantile, type Snapshot } from "@tau-edge/rollout";
import type { Chance } from "./chance.ts";
import type { Counted } from "./draw-window.ts";
import { drawBeta } from "./samplers/gamma.ts";
import { NO_DIGEST, type World } from "./world.ts";

export interface FreezeRequest {
  readonly stage: number;
  readonly window: number;
  readonly opened_unix_ms: number;
  readonly frozen_unix_ms: number;
  readonly counted: Counted;
  /** Latencies over those of the baseline. */
  readonly slowness: number;
  /** Windows that were judged before, and come out the same when they are judged again. */
  readonly judged: number;
}

export function freeze(chance: Chance, world: World, request: FreezeRequest): Snapshot {
  const { plan, checks } = world;
  const { stage, window, opened_unix_ms, frozen_unix_ms, counted, judged } = request;
  const ok = counted.total - counted.failed;
  // All successes in the bucket of their 95th percentile: a gate reads no more of a histogram than that.
  const bucket = ok === 0 ? 0 : bucketOf(drawP95(chance, world, ok, request.slowness));
  return makeSnapshot({
    id: { rollout_id: "simulated", attempt: 0, stage, window, release: NO_DIGEST },
    opened_unix_ms,
    frozen_unix_ms,
    lanes: plan.lanes,
    abandon_after_ms: plan.policy.abandon_after_ms,
    shards: plan.lanes.map((lane, nth) => {
      const share = (count: number) => dealt(count, nth, plan.lanes.length);
      const [succeeded, failed] = [share(ok), share(counted.failed)];
      const arrived = succeeded + failed === 0 ? {} : { first_unix_ms: opened_unix_ms, last_unix_ms: frozen_unix_ms };
      const latency = succeeded === 0 ? [] : [[bucket, succeeded] as const];
      return { lane, counters: { ok: succeeded, failed, ended: 0, starts: [], latency, ...arrived } };
    }),
    ...(judged === 0 ? {} : { replay: { replays: judged, failures: 0 } }),
    checks,
  });
}

/** Lanes get observations in turn, so that a lane is silent only where there are fewer than lanes. */
function dealt(count: number, nth: number, lanes: number): number {
  return Math.floor((count + lanes - 1 - nth) / lanes);
}

/**
 * The 95th percentile by nearest rank, in whole microseconds: the sorted uniform number of this rank is beta, and the
 * latency is what the lognormal distribution has there.
 */
function drawP95(chance: Chance, world: World, ok: number, slowness: number): number {
  const rank = nearestRank95(ok);
  const { below, above } = drawBeta(chance, rank, ok - rank + 1);
  const score = normalQuantile(below, above);
  return Math.floor(world.latency_median_us * slowness * exponential(world.latency_sigma * score));
}
