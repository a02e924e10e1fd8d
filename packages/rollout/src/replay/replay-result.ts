/** What came out when a rollout was computed again (decisions 8). */
import type { Digest } from "@tau-edge/encoding";

export type ReplayResult = ReplaySame | ReplayDiffers | NotReplayable;

export interface ReplaySame {
  readonly result: "same";
  readonly attempts: number;
  /** Records of the rollout, each decided again. */
  readonly records: number;
  /** Verdicts computed again from their snapshots. */
  readonly verdicts: number;
  /** Of the last attempt. */
  readonly replay_token: Digest;
  /** Over all records of the rollout. */
  readonly trace_root: Digest;
}

/** The first thing that came out different. */
export interface ReplayDiffers {
  readonly result: "differs";
  readonly seq: number;
  /** Of the record's body, such as `gate_report_hash`; `type`, `actor`, `record`, `object` and `pointer` stand for the whole. */
  readonly field: string;
  /** As text: digests as `sha256:<hex>`, everything else as JSON. */
  readonly recorded: string;
  readonly recomputed: string;
}

/** Evidence is gone. */
export interface NotReplayable {
  readonly result: "not_replayable";
  readonly missing: Digest;
  /** The record that names it. */
  readonly seq: number;
  readonly field: string;
}
