/** One window: when it ends and why, and what was counted in it. */

import { type ArmArrivals, evenArrivals, randomArrivals } from "./arrivals.ts";
import type { Chance } from "./chance.ts";
import { drawFailures } from "./find-breach.ts";
import { drawBinomial } from "./samplers/binomial.ts";
import type { StageWorld, World } from "./world.ts";

export interface Counted {
  readonly total: number;
  readonly failed: number;
}

export interface DrawnWindow {
  readonly length_ms: number;
  /** `cut`: nothing ended it before somebody went on without it. */
  readonly why: "complete" | "failing" | "deadline" | "cut";
  readonly candidate: Counted;
  /** Where keys of the baseline are observed at the same time. */
  readonly baseline?: Counted;
}

/** @param cut_ms when the rollout goes on without this window; a window that ends at that very time is judged first */
export function drawWindow(chance: Chance, world: World, at: StageWorld, cut_ms?: number): DrawnWindow {
  const { arms, demand } = at;
  const arm = (share_bp: number) => armOf(chance, world, demand.min_samples, share_bp);
  const candidate = arm(arms.candidate_bp);
  const baseline = arms.baseline_bp === undefined ? undefined : arm(arms.baseline_bp);
  const full_ms = Math.ceil(Math.max(candidate.full_ms, baseline?.full_ms ?? 0));
  const complete_ms = Math.max(demand.min_dwell_ms, full_ms);
  const { max_window_ms } = world.policy;
  const end_ms = Math.min(complete_ms, max_window_ms, cut_ms ?? max_window_ms);
  const samples = candidate.countUntil(end_ms);
  const { errors_ppm } = world.limits;
  const { failed, breached_at } = drawFailures(chance, {
    policy: world.policy,
    stage: at.stage,
    min_samples: demand.min_samples,
    ...(errors_ppm === undefined ? {} : { errors_ppm }),
    samples,
    failing: world.release.failing,
  });
  const length_ms =
    breached_at === undefined ? end_ms : Math.min(end_ms, Math.ceil(candidate.timeOf(breached_at, samples, end_ms)));
  return {
    length_ms,
    why: breached_at !== undefined ? "failing" : whyEnded(end_ms, complete_ms, max_window_ms),
    candidate: { total: breached_at ?? samples, failed },
    ...(baseline === undefined ? {} : { baseline: drawBaseline(chance, world, baseline, length_ms) }),
  };
}

function armOf(chance: Chance, { arrivals, plan }: World, min_samples: number, share_bp: number): ArmArrivals {
  return arrivals === "even"
    ? evenArrivals(plan, min_samples, share_bp)
    : randomArrivals(chance, plan, min_samples, share_bp);
}

function drawBaseline(chance: Chance, { baseline_failing }: World, arrivals: ArmArrivals, ms: number): Counted {
  const total = arrivals.countUntil(ms);
  return { total, failed: drawBinomial(chance, total, baseline_failing) };
}

/** A window that is complete at the end of something else is complete. */
function whyEnded(end_ms: number, complete_ms: number, max_window_ms: number): DrawnWindow["why"] {
  if (end_ms === complete_ms) return "complete";
  return end_ms === max_window_ms ? "deadline" : "cut";
}
