/**
 * A frozen window: the only evidence that a verdict looks at. The object is `CBOR(["metrics_snapshot_v1", …])`, and
 * its digest is S3's `metrics_snapshot_hash`.
 */
import type { WindowCounters, WindowId } from "./window.ts";

export interface Snapshot {
  readonly v: 1;
  readonly id: WindowId;
  /** `unreachable`: the counters could not be read at all, and are empty. */
  readonly source: "counted" | "unreachable";
  readonly opened_unix_ms: number;
  readonly frozen_unix_ms: number;
  /** By lane, sorted by name, every lane of the plan among them. */
  readonly lanes: readonly { readonly lane: string; readonly counters: WindowCounters }[];
  /** Ends, and starts abandoned when it was frozen, over all lanes. */
  readonly total: number;
  /** Failures, the abandoned among them. */
  readonly failed: number;
  readonly abandoned: number;
  /** Verdicts of this rollout that were computed again before freezing, and how many came out different. */
  readonly replay?: { readonly replays: number; readonly failures: number };
  /** Results of the external checks that the policy names, sorted by check. */
  readonly checks: readonly ExternalResult[];
}

export interface ExternalResult {
  readonly check: string;
  readonly outcome: "passed" | "failed" | "unreachable";
  /** A number that the check printed, as 8 bytes of big-endian binary64; NaN and infinities fail the gate (S3, 0.K). */
  readonly value_f64?: Uint8Array;
}
