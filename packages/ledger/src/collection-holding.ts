/** What holds stored objects, and what becomes of one of them. */
import type { Digest } from "@tau-edge/encoding";
import type { RetentionClass } from "./retention.ts";

/** Why something holds its objects whatever its age. */
export const HOLD_REASON_MEANINGS = {
  open_rollout: "A rollout that has not ended needs it.",
  recent_commit: "It belongs to one of the last committed rollouts of its stream.",
  golden: "Its class is kept for ever.",
  pinned: "Somebody pinned the release that needs it.",
  newest_release: "It belongs to the newest release of its blueprint.",
  newest_package: "It belongs to the newest package of its blueprint.",
  projection: "What the ledger projects is made again from it.",
  audit: "It says what was collected.",
  unknown_record: "A record that this version does not know names it.",
} as const;

export type HoldReason = keyof typeof HOLD_REASON_MEANINGS;

export interface HeldObject {
  readonly digest: Digest;
  /** The way from the root, such as `["gate_report_hash"]` or `["release", "manifest", "artifact"]`. */
  readonly path: readonly string[];
  /** Time of the last record of the holding's stream that names it. */
  readonly named_unix_ms: number;
}

/** Something recorded that needs objects. */
export interface Holding {
  readonly stream: string;
  /** What it is, for people: `rollout default~prod~shop~12`, `release sha256:…`, `pin sha256:…`. */
  readonly root: string;
  readonly class: RetentionClass;
  /** In ms from its end; absent when it holds for ever. */
  readonly window_ms?: number;
  readonly state: { readonly held: HoldReason } | { readonly ended_unix_ms: number };
  readonly objects: Iterable<HeldObject>;
}

export const OBJECT_REASON_MEANINGS = {
  ...HOLD_REASON_MEANINGS,
  within_window: "What needed it has ended, and its window has not passed.",
  expired: "Everything that needed it has ended, and each window has passed.",
  orphan_young: "No record names it, and somebody stored it lately.",
  orphan_expired: "No record names it, and nobody stored it again within the window.",
} as const;

export type ObjectReason = keyof typeof OBJECT_REASON_MEANINGS;

/** What becomes of one stored object, and which of its holdings decides it. */
export interface ObjectJudgement {
  readonly digest: Digest;
  readonly size_bytes: number;
  readonly class: RetentionClass;
  /** From the end of what held it to now, in records of that stream; 0 while something holds it whatever its age. */
  readonly age_ms: number;
  /** Absent when it is kept for ever. */
  readonly window_ms?: number;
  readonly verdict: "stays" | "goes";
  readonly reason: ObjectReason;
  /** Of the holding that keeps it longest; an orphan has none. */
  readonly root?: string;
  readonly path?: readonly string[];
  /** The stream whose record named it last: there it is condemned and collected. */
  readonly owner: string;
}
