/** What came out when a rollout was computed again. */
import type { NotReplayable, ReplayResult, TraceDifference } from "@tau-edge/rollout";
import type { CollectedBy } from "../catalog.ts";

export type ReplayReport = (Exclude<ReplayResult, NotReplayable> | EvidenceGone) & {
  readonly rollout_id: string;
  /** Only when another trace was given to compare with. */
  readonly against?: { readonly result: "same" } | ({ readonly result: "differs" } & TraceDifference);
};

/** One of the two says where the object went. */
export interface EvidenceGone extends NotReplayable {
  /** The record that says so. */
  readonly collected_by?: CollectedBy;
  /** No record says that it was collected. */
  readonly lost?: true;
}
