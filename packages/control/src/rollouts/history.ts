/** What each blueprint of an environment served at one time, and which record made it so. */
import type { Candidate, Commit, Environment, ReleaseRef } from "@tau-edge/rollout";
import type { Cause } from "./cause.ts";
import type { Frozen } from "./freeze-record.ts";

/** The last moment that counts: of time, or of each stream's records. Absent: now. */
export type HistoryMoment = { readonly unix_ms: number } | { readonly seq: number };

export interface HistoryEntry {
  readonly environment: Environment;
  readonly blueprint: string;
  readonly stream: string;
  /** The last record that counts. */
  readonly seq: number;
  readonly at_unix_ms: number;
  /** What everybody got who got nothing else; absent: nothing was committed yet. */
  readonly stable?: ReleaseRef;
  /** What an open rollout exposed, and to how many. */
  readonly candidate?: Candidate;
  /** The record that made it what it was; absent while nothing was ever served. */
  readonly because?: Cause;
  /** Nobody was to run it then. */
  readonly frozen?: Frozen;
  /** Everything that was committed until then, newest first: what an undo can go back to. */
  readonly commits: readonly Commit[];
}
