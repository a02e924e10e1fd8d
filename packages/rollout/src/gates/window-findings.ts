/** What is wrong with a window itself. Each of these keeps a verdict from passing, also where no gate asks for it. */
import { latest } from "../metrics/counters.ts";
import type { LaneEvidence, Snapshot } from "../metrics/snapshot.ts";
import type { Policy } from "../plan/plan.ts";
import { demandOf } from "./demand.ts";
import type { FailCode, HoldCode } from "./gate-report.ts";

export interface WindowRules {
  readonly policy: Policy;
  readonly stage: number;
  /** Of the plan. */
  readonly lanes: readonly string[];
  readonly dwell_waived: boolean;
}

/** In the order in which they explain each other: an unreachable source also has too few samples. */
export function windowFindings(snapshot: Snapshot, rules: WindowRules): readonly (HoldCode | FailCode)[] {
  const { policy, stage, dwell_waived } = rules;
  const demand = demandOf(policy, stage);
  const { source, total, opened_unix_ms, frozen_unix_ms } = snapshot;
  const last = latest(snapshot.lanes);
  const found: readonly (readonly [HoldCode | FailCode, boolean])[] = [
    ["counter_overflow", source === "overflowed"],
    ["source_unreachable", source === "unreachable"],
    ["no_data", source === "counted" && total === 0],
    ["stale_window", last !== undefined && frozen_unix_ms - last > policy.max_silence_ms],
    ["lane_silent", total > 0 && hasSilentLane(snapshot, rules.lanes)],
    ["too_few_samples", total > 0 && total < demand.min_samples],
    ["dwell_unmet", !dwell_waived && frozen_unix_ms - opened_unix_ms < demand.min_dwell_ms],
  ];
  return found.flatMap(([code, applies]) => (applies ? [code] : []));
}

function hasSilentLane(snapshot: Snapshot, lanes: readonly string[]): boolean {
  const heard = new Set(snapshot.lanes.filter(isHeard).map(({ lane }) => lane));
  return lanes.some((lane) => !heard.has(lane));
}

function isHeard({ ok, failed, overdue }: LaneEvidence): boolean {
  return ok + failed + overdue > 0;
}
