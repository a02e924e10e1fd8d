/** A record of a rollout as whoever watches is told it. */
import { toHex } from "@tau-edge/encoding";
import type { Actor, StoredRecord } from "@tau-edge/ledger";
import { agenda, type FinalStatus, type Phase, type StreamState, type TraceBody } from "@tau-edge/rollout";

type RolloutRecord = Exclude<TraceBody, { readonly type: "revalidated" }>;

export interface RolloutEvent {
  /** Counts the records of the rollout over all its attempts, from 0, without gaps. */
  readonly n: number;
  readonly rollout_id: string;
  readonly attempt: number;
  readonly stream: string;
  readonly seq: number;
  readonly at_unix_ms: number;
  /** 64 hex digits. */
  readonly record_hash: string;
  readonly actor: Actor;
  readonly type: RolloutRecord["type"];
  /** As everything below, after this record. */
  readonly status: "open" | FinalStatus;
  readonly phase: Phase;
  /** Index into the plan's stages; their number is the watch; -1 before the first. */
  readonly stage: number;
  /** Share of keys that get the release, a holdback already taken off. */
  readonly weight_bp: number;
  /** Why nothing more happens by itself, as far as records say: `paused`, `approvals`, or the code of the hold. */
  readonly halt?: string;
  readonly failure_code?: string;
  /** What the record says, whole. */
  readonly document: RolloutRecord;
}

/** @returns undefined for a record of another rollout, or of none */
export function eventOf(
  rollout_id: string,
  n: number,
  stored: StoredRecord,
  body: TraceBody | undefined,
  state: StreamState,
): RolloutEvent | undefined {
  if (body === undefined || body.type === "revalidated" || body.rollout_id !== rollout_id) return undefined;
  const { run, at_unix_ms } = state;
  if (run === undefined) throw new TypeError("what folds begins with a header");
  const { record, hash } = stored;
  const halt = haltOf(state);
  const { outcome } = run;
  return {
    n,
    rollout_id,
    attempt: body.attempt,
    stream: record.stream,
    seq: record.seq,
    at_unix_ms,
    record_hash: toHex(hash),
    actor: record.actor,
    type: body.type,
    status: outcome?.final_status ?? "open",
    phase: run.phase,
    stage: run.stage,
    weight_bp: Math.min(run.weight_bp, 10_000 - run.plan.policy.holdback_bp),
    ...(halt === undefined ? {} : { halt }),
    ...(outcome?.failure_code === undefined ? {} : { failure_code: outcome.failure_code }),
    document: body,
  };
}

/** What evidence there is changes nothing here: whoever waits for it waits for no person. */
function haltOf(state: StreamState): string | undefined {
  const { run } = state;
  if (run === undefined || run.phase === "ended" || run.phase === "rolling_back") return undefined;
  if (run.paused !== undefined) return "paused";
  if (run.held !== undefined) return run.held.code;
  const next = agenda(state, undefined, state.at_unix_ms);
  return next.do === "wait" && next.reason === "approvals" ? "approvals" : undefined;
}
