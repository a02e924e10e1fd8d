/** The verdict on a drawn window, by the code that judges real ones. */
import { type GateReport, judgeWindow, type Snapshot } from "@tau-edge/rollout";
import type { Chance } from "./chance.ts";
import type { DrawnWindow } from "./draw-window.ts";
import { freeze } from "./freeze.ts";
import { NO_DIGEST, type StageWorld, type World } from "./world.ts";

export interface Judged {
  readonly report: GateReport;
  /** The last frozen window of the baseline, after this one. */
  readonly baseline?: Snapshot;
}

export interface JudgeRequest {
  readonly at: StageWorld;
  readonly window: number;
  readonly opened_unix_ms: number;
  readonly drawn: DrawnWindow;
  /** Windows that were judged before. */
  readonly judged: number;
  /** The last frozen window of the baseline, before this one. */
  readonly baseline?: Snapshot;
}

export function judge(chance: Chance, world: World, request: JudgeRequest): Judged {
  const { at, drawn, opened_unix_ms, judged } = request;
  const frozen = {
    stage: at.stage,
    window: request.window,
    opened_unix_ms,
    frozen_unix_ms: opened_unix_ms + drawn.length_ms,
    judged,
  };
  const { slowness } = world.release;
  const snapshot = freeze(chance, world, { ...frozen, counted: drawn.candidate, slowness });
  const isConcurrent = drawn.baseline !== undefined;
  const baseline =
    drawn.baseline === undefined
      ? request.baseline
      : freeze(chance, world, { ...frozen, counted: drawn.baseline, slowness: 1 });
  const report = judgeWindow({
    policy: world.policy,
    lanes: world.plan.lanes,
    stage: at.stage,
    first_judgement: judged === 0,
    dwell_waived: false,
    snapshot,
    digest: NO_DIGEST,
    baseline_mode: world.plan.baseline === "none" ? "none" : "required",
    ...(baseline === undefined
      ? {}
      : { baseline: { snapshot: baseline, digest: NO_DIGEST, concurrent: isConcurrent } }),
  });
  return { report, ...(baseline === undefined ? {} : { baseline }) };
}
