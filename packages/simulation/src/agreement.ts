/** Does what `estimate` says of a plan lie where the simulation says that it is? */
import { armsAt, type Estimate, estimate, fillMs, type Plan } from "@tau-edge/rollout";
import type { SeenChance, SeenTime } from "./interval.ts";
import type { Outcome } from "./outcome.ts";

export interface Agreement {
  readonly what: "rollback_equal" | "pass_twice" | "promote" | "duration";
  /** Of one stage; absent of the whole rollout. */
  readonly stage?: number;
  readonly unit: "ppm" | "ms";
  readonly estimated: number;
  readonly simulated: number;
  readonly low: number;
  readonly high: number;
  /**
   * Of a chance: it lies in the interval. Of a time, which is estimated as the least one at an even pace: it is not above
   * the interval of the median by more than one observation of the slower arm. Random arrivals make windows longer, since
   * the slower of two arms is waited for; with even arrivals both are the same to the millisecond.
   */
  readonly agrees: boolean;
}

export interface TwiceOutcome {
  readonly error_ppm: number;
  readonly slower_ppm: number;
  /** Of whole rollouts. */
  readonly promoted: SeenChance;
  /** Of one window of each stage, and of the watch as the last one, whatever came before it. */
  readonly passed: readonly SeenChance[];
}

export function agreementOf(plan: Plan, equal: Outcome, twice: readonly TwiceOutcome[]): readonly Agreement[] {
  const expected: Estimate = estimate(plan);
  const spacings = expected.stages.map(({ stage, windows }) => windows * spacingMs(plan, stage));
  return [
    ofChance({ what: "rollback_equal" }, expected.rollback_equal_ppm, equal.rolled_back),
    ...ofTime({ what: "promote" }, expected.promote_ms, equal.promoted, sum(spacings)),
    ...expected.stages.flatMap(({ stage, duration_ms, rollback_equal_ppm, pass_twice_ppm }) => {
      const seen = equal.stages[stage];
      const passed = worst(twice.flatMap((release) => release.passed[stage] ?? []));
      return [
        ...(seen === undefined || seen.reached === 0
          ? []
          : [ofChance({ what: "rollback_equal", stage }, rollback_equal_ppm, seen.stopped)]),
        ...(pass_twice_ppm === undefined || passed === undefined
          ? []
          : [ofChance({ what: "pass_twice", stage }, pass_twice_ppm, passed)]),
        ...ofTime({ what: "duration", stage }, duration_ms, seen?.time, spacings[stage] ?? 0),
      ];
    }),
  ];
}

type Of = Pick<Agreement, "what" | "stage">;

function ofChance(of: Of, estimated: number, { ppm, low_ppm, high_ppm }: Omit<SeenChance, "count" | "of">): Agreement {
  const agrees = estimated >= low_ppm && estimated <= high_ppm;
  return { ...of, unit: "ppm", estimated, simulated: ppm, low: low_ppm, high: high_ppm, agrees };
}

/** Milliseconds between two observations of the slower arm. */
function spacingMs(plan: Plan, stage: number): number {
  const { candidate_bp, baseline_bp } = armsAt(plan, stage);
  return fillMs(plan, 1, Math.min(candidate_bp, baseline_bp ?? candidate_bp));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function ofTime(of: Of, estimated: number, seen: SeenTime | undefined, spacing_ms: number): readonly Agreement[] {
  if (seen === undefined) return [];
  const { median_ms, median_low_ms, median_high_ms } = seen;
  const agrees = estimated <= median_high_ms + spacing_ms;
  const [low, high] = [median_low_ms, median_high_ms];
  return [{ ...of, unit: "ms", estimated, simulated: median_ms, low, high, agrees }];
}

/** The largest chance, within what any of them could be. */
function worst(seen: readonly SeenChance[]): Omit<SeenChance, "count" | "of"> | undefined {
  if (seen.length === 0) return undefined;
  const most = (field: "ppm" | "low_ppm" | "high_ppm") => Math.max(...seen.map((chance) => chance[field]));
  return { ppm: most("ppm"), low_ppm: most("low_ppm"), high_ppm: most("high_ppm") };
}
