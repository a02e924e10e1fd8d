/** Observations of the open window, as reporters send them. */
import type { Digest } from "@tau-edge/encoding";
import type { BatchRefusalCode, ReportBatch, WindowRef } from "@tau-edge/rollout";
import type { RefusedAct } from "./refusals.ts";

export interface ObservationReport extends WindowRef {
  readonly rollout_id: string;
  /** What the observations are of: the release of one of the two arms. */
  readonly release: Digest;
  /** A lane of the plan. */
  readonly lane: string;
  readonly batch: ReportBatch;
}

export const REPORT_REFUSALS = {
  rollout_unknown: { meaning: "There is no such rollout.", remedy: "Resolve again, and report what it answers." },
  window_unknown: {
    meaning: "The rollout never had this window, or not yet.",
    remedy: "Resolve again, and report the window that it answers.",
  },
  release_not_observed: {
    meaning: "Nobody observes this release in this window.",
    remedy: "Report only where resolving answered with an arm.",
  },
  lane_unknown: { meaning: "The plan has no such lane.", remedy: "Name a lane of the plan." },
} as const satisfies { readonly [code: string]: { readonly meaning: string; readonly remedy: string } };

export type ReportRefusalCode = keyof typeof REPORT_REFUSALS | BatchRefusalCode;

export type ReportResult =
  /** `late`: the window was frozen before; counted as late, and no evidence any more. */
  | { readonly outcome: "added" | "duplicate" | "late" }
  | (RefusedAct<ReportRefusalCode> & {
      /** JSON path of the field, of a batch that is malformed. */
      readonly at?: string;
    });
