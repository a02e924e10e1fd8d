/** What came out when a rollout was computed again from its records and objects. */
import type { ReplayResult, TraceDifference } from "@tau-edge/rollout";

export type ReplayReport = ReplayResult & {
  readonly rollout_id: string;
  /** Only when another trace was given to compare with. */
  readonly against?: { readonly result: "same" } | ({ readonly result: "differs" } & TraceDifference);
};
