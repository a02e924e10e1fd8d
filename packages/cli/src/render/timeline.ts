/** When the stages of a simulated plan are reached, for every picture of them. */
import type { Outcome, Simulation, StageOutcome } from "@tau-edge/simulation";
import { percentOfBp } from "./share.ts";

export interface TimelineRow {
  readonly name: string;
  readonly weight: string;
  readonly weight_bp: number;
  readonly outcome: StageOutcome;
  /** Medians added up; where nobody left a stage, it has no length. */
  readonly from_ms: number;
  readonly median_ms: number;
  readonly p95_ms: number;
}

export function timelineOf({ stages }: Outcome): readonly TimelineRow[] {
  let from_ms = 0;
  return stages.map((outcome, at) => {
    const { median_ms = 0, p95_ms = 0 } = outcome.time ?? {};
    const row = {
      name: at === stages.length - 1 ? "watch" : `stage ${outcome.stage}`,
      weight: percentOfBp(outcome.weight_bp),
      weight_bp: outcome.weight_bp,
      outcome,
      from_ms,
      median_ms,
      p95_ms,
    };
    from_ms += median_ms;
    return row;
  });
}

/** The end of the last bar. */
export function timelineEnd(rows: readonly TimelineRow[]): number {
  return Math.max(1, ...rows.map(({ from_ms, p95_ms, median_ms }) => from_ms + Math.max(p95_ms, median_ms)));
}

/** The chance of promoting a bad release: of the releases that are twice as bad, the one that gets through most often. */
export function worstPromotion({ twice }: Simulation) {
  return twice.reduce<Simulation["twice"][number] | undefined>(
    (worst, release) => (worst === undefined || release.promoted.count > worst.promoted.count ? release : worst),
    undefined,
  );
}
