/** How long the windows of a plan take where every observation comes when it is expected. */
import { type Arms, fillBothMs } from "./arms.ts";
import type { Plan } from "./plan.ts";

export interface Timing {
  /** Windows that are judged before the stage is left. */
  readonly windows: number;
  readonly window_ms: number;
  readonly duration_ms: number;
  /** In each window, of each arm. */
  readonly min_samples: number;
  /** How long the window is open that nobody judges any more, because the watch is over. */
  readonly unjudged_ms: number;
}

/** @param stage index into the stages; their number is the watch */
export function timingOf(plan: Plan, stage: number, arms: Arms): Timing {
  const { stages, watch } = plan.policy;
  const current = stages[stage];
  const min_samples = current?.min_samples ?? watch.min_samples;
  const window_ms = Math.max(current?.min_dwell_ms ?? watch.judge_every_ms, fillBothMs(plan, min_samples, arms));
  const base = { window_ms, min_samples };
  if (current !== undefined) return { ...base, windows: 1, duration_ms: window_ms, unjudged_ms: 0 };
  const { judge_every_ms, duration_ms } = watch;
  const windows = Math.floor(duration_ms / window_ms);
  const unjudged_ms = duration_ms - windows * window_ms;
  // What passed longer ago than this proves nothing any more, and the window after it is waited for.
  const isFresh = windows > 0 && unjudged_ms <= judge_every_ms + plan.policy.max_silence_ms;
  if (isFresh) return { ...base, windows, duration_ms, unjudged_ms };
  return { ...base, windows: windows + 1, duration_ms: (windows + 1) * window_ms, unjudged_ms: 0 };
}
