/** The folded state of every stream that a rollout can be in, followed from the ledger. */
import type { Digest } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import type { Assignment, Environment, Run, StreamState } from "@tau-edge/rollout";

/** One stream, as of one record. */
export interface RolloutStream {
  readonly environment: Environment;
  readonly blueprint: string;
  readonly state: StreamState;
  /** Of the last record; 64 hex digits. */
  readonly record_hash: string;
  /** Who gets what. */
  readonly assignment: Assignment;
  /** Every rollout that began in this stream, in this order, each as of the last record of its last attempt. */
  readonly rollouts: ReadonlyMap<string, RolloutTrack>;
  /** The record that changed last who gets what; absent while nobody got anything. */
  readonly changed?: ChangedBy;
}

export interface RolloutTrack {
  readonly run: Run;
  readonly first_seq: number;
  readonly last_seq: number;
  /** State before each verdict of the last attempt, to compute them again from. */
  readonly judged: readonly { readonly before: StreamState; readonly gate_report: Digest }[];
}

export interface ChangedBy {
  readonly seq: number;
  readonly record_hash: string;
  readonly at_unix_ms: number;
  readonly actor: Actor;
  readonly type: string;
  readonly action?: string;
  readonly rollout_id?: string;
  readonly evidence: readonly Digest[];
}

/** @throws PortError `ledger_corrupt` and what the ledger throws; about one stream only when that stream is asked for */
export interface RolloutStreams {
  /** Up to the ledger's head; undefined for a stream without records. */
  stream(name: string): Promise<RolloutStream | undefined>;
  /** Every stream that can be read, sorted by name, and what is wrong with the others. */
  all(): Promise<{
    readonly streams: readonly RolloutStream[];
    readonly failures: readonly { readonly stream: string; readonly error: unknown }[];
  }>;
}
