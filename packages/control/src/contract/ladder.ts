/** Fixtures of growing complexity, run one after another until one of them holds (S1, rollout plan, step 6). */
import type { PromotionFigures } from "@tau-edge/contract";
import type { CyclePorts } from "./cycle-ports.ts";
import type { CycleReport, RefusedCycle } from "./cycle-report.ts";
import type { CycleOptions, FixtureSource } from "./cycle-request.ts";

export interface LadderRung {
  readonly file: string;
  readonly cycle: CycleReport | RefusedCycle;
  /** After this rung; absent after a refused fixture. In a dry run, as they would be. */
  readonly figures?: PromotionFigures;
}

export interface LadderReport {
  /** `held`: the last rung holds the gate; `refused`: its fixture breaks a rule. */
  readonly outcome: "climbed" | "held" | "refused";
  readonly rungs: readonly LadderRung[];
  /** Files that were not run, after the one that holds. */
  readonly not_run: readonly string[];
}

export interface LadderRequest extends CycleOptions {
  /** Run in the order of the UTF-8 bytes of their names. */
  readonly fixtures: readonly FixtureSource[];
}

/**
 * @param onRung told of each rung when it has ended
 * @throws what `runCycle` throws
 */
export async function runLadder(
  _request: LadderRequest,
  _ports: CyclePorts,
  _onRung?: (rung: LadderRung) => void,
): Promise<LadderReport> {
  throw new TypeError("not written yet");
}
