/** Fixtures of growing complexity, run one after another until one of them holds (S1, rollout plan, step 6). */
import { makeStatusCounts, type PromotionFigures, promotionFigures } from "@tau-edge/contract";
import { compareUtf8 } from "@tau-edge/encoding";
import type { CyclePorts } from "./cycle-ports.ts";
import type { CycleReport, RefusedCycle } from "./cycle-report.ts";
import type { CycleOptions, FixtureSource } from "./cycle-request.ts";
import { readStateFile } from "./read-state-file.ts";
import { runCycle } from "./run-cycle.ts";

export interface LadderRung {
  readonly file: string;
  readonly cycle: CycleReport | RefusedCycle;
  /** After this rung; absent after a refused fixture, and in a dry run. */
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
  request: LadderRequest,
  ports: CyclePorts,
  onRung?: (rung: LadderRung) => void,
): Promise<LadderReport> {
  const { fixtures, ...options } = request;
  const waiting = fixtures.toSorted((a, b) => compareUtf8(a.file, b.file));
  const rungs: LadderRung[] = [];
  let outcome: LadderReport["outcome"] = "climbed";
  for (let fixture = waiting.shift(); fixture !== undefined; fixture = waiting.shift()) {
    const cycle = await runCycle({ ...options, fixture }, ports);
    const rung = { file: fixture.file, cycle, ...(await figuresAfter(cycle, ports)) };
    rungs.push(rung);
    onRung?.(rung);
    outcome = outcomeOf(cycle);
    if (outcome !== "climbed") break;
  }
  return { outcome, rungs, not_run: waiting.map(({ file }) => file) };
}

function outcomeOf(cycle: CycleReport | RefusedCycle): LadderReport["outcome"] {
  if (cycle.outcome === "refused") return "refused";
  return cycle.rollout_gate === "hold" ? "held" : "climbed";
}

/** Counts every rollout of the deployment, not only those of this rung. */
async function figuresAfter(
  cycle: CycleReport | RefusedCycle,
  ports: CyclePorts,
): Promise<{ readonly figures?: PromotionFigures }> {
  if (cycle.outcome !== "recorded") return {};
  const counter = makeStatusCounts();
  const facts = await readStateFile(ports, { onRollout: ({ value }) => counter.rollout(value) });
  if (facts === undefined) throw new TypeError("a cycle that was recorded has left a state file");
  return { figures: promotionFigures(facts.health, cycle.rollout_gate, counter.counts()) };
}
