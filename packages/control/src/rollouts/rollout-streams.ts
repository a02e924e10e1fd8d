/** The folded state of every stream that a rollout can be in, followed from the ledger. */
import type { Digest } from "@tau-edge/encoding";
import type { BlueprintStream, StoredRecord } from "@tau-edge/ledger";
import type { LedgerReader } from "@tau-edge/ports";
import {
  type Assignment,
  assignmentOf,
  type Environment,
  emptyState,
  isEnvironment,
  namedObjects,
  type Run,
  type StreamState,
  type TraceBody,
} from "@tau-edge/rollout";
import { StreamFollower } from "../stream-follower.ts";
import { type Cause, causeOf } from "./cause.ts";
import { type EndedTally, tallyEnded } from "./ended-tally.ts";
import { foldRecord } from "./fold-record.ts";
import { BLUEPRINT_FROZEN, BLUEPRINT_RELEASED, type Frozen, readFrozen } from "./freeze-record.ts";
import { RELEASE_CREATED, type RecordedRelease, withRelease } from "./release-record.ts";

/** One stream, as of one record. */
export interface RolloutStream {
  readonly environment: Environment;
  readonly blueprint: string;
  readonly state: StreamState;
  /** Of the last record; absent before the first. */
  readonly head?: { readonly seq: number; readonly hash: Uint8Array };
  /** Who gets what. */
  readonly assignment: Assignment;
  /** The last record that changed who gets what; absent while nobody got anything. */
  readonly because?: Cause;
  /** Every rollout that began in this stream, in this order. It is one map over the life of a process, and grows. */
  readonly rollouts: Map<string, RolloutTrack>;
  /** Releases of this blueprint, oldest first; only where packaging writes. */
  readonly releases: readonly RecordedRelease[];
  /** Nobody is to run it, whatever `assignment` says. */
  readonly frozen?: Frozen;
  /** Of all attempts that ended; absent while none has. */
  readonly ended?: EndedTally;
}

/** A rollout as of the last record of its last attempt. */
export interface RolloutTrack {
  readonly run: Run;
  readonly first_seq: number;
  readonly last_seq: number;
  /** The verdicts of the last attempt while it is open, each with the state that it was reached in. */
  readonly verdicts: readonly RecordedJudgement[];
  /** Every object that its records name. One set over the life of a process. */
  readonly named: Set<Digest>;
}

export interface RecordedJudgement {
  readonly before: StreamState;
  readonly gate_report: Digest;
}

export type RolloutPlace = BlueprintStream & { readonly environment: Environment };

export interface RolloutStreams {
  /**
   * Up to the ledger's head; a stream without records is empty.
   * @throws PortError `ledger_corrupt` and what the ledger throws, about this stream or the whole ledger
   */
  stream(name: RolloutPlace): Promise<RolloutStream>;
  /**
   * Every stream up to the ledger's head, sorted by name. One that cannot be read stands where it could be read last,
   * and in `failures`.
   */
  all(): Promise<{
    readonly streams: readonly RolloutStream[];
    readonly failures: ReadonlyMap<string, unknown>;
  }>;
  /** Up to the ledger's head. @returns what is wrong with streams that cannot be read */
  refresh(): Promise<ReadonlyMap<string, unknown>>;
  /** As of the last time that somebody asked, without asking the ledger; undefined for a stream without records. */
  known(stream: string): RolloutStream | undefined;
}

export function openRolloutStreams(ledger: LedgerReader): RolloutStreams {
  return new FollowedStreams(ledger);
}

class FollowedStreams implements RolloutStreams {
  readonly #follower: StreamFollower<RolloutStream | undefined>;

  constructor(ledger: LedgerReader) {
    this.#follower = new StreamFollower<RolloutStream | undefined>(ledger, {
      begin: (name) => (isRolloutPlace(name) ? emptyStream(name) : undefined),
      take: (known, stored) => (known === undefined ? undefined : takeRecord(known, stored)),
    });
  }

  async stream(name: RolloutPlace): Promise<RolloutStream> {
    const empty = emptyStream(name);
    await this.#follower.refresh();
    const failure = this.#follower.failures.get(empty.state.stream);
    if (failure !== undefined) throw failure;
    return this.known(empty.state.stream) ?? empty;
  }

  async refresh(): Promise<ReadonlyMap<string, unknown>> {
    await this.#follower.refresh();
    return new Map(this.#follower.failures);
  }

  async all() {
    const failures = await this.refresh();
    const names = [...this.#follower.streams.keys()].sort();
    return { streams: names.flatMap((name) => this.known(name) ?? []), failures };
  }

  known(stream: string): RolloutStream | undefined {
    return this.#follower.streams.get(stream)?.value;
  }
}

function isRolloutPlace(name: BlueprintStream): name is RolloutPlace {
  return isEnvironment(name.environment);
}

export function emptyStream(name: RolloutPlace): RolloutStream {
  const { tenant, environment, blueprint } = name;
  const state = emptyState(`${tenant}/${environment}/${blueprint}`);
  return { environment, blueprint, state, assignment: {}, rollouts: new Map(), releases: [] };
}

/** @throws PortError `ledger_corrupt`: the record chains, and yet cannot follow what came before it */
export function takeRecord(known: RolloutStream, stored: StoredRecord): RolloutStream {
  const { state, body } = foldRecord(known.state, stored);
  const head = { seq: stored.record.seq, hash: stored.hash };
  if (stored.record.type === RELEASE_CREATED)
    return { ...known, state, head, releases: withRelease(known.releases, stored) };
  if (stored.record.type === BLUEPRINT_FROZEN) return { ...known, state, head, frozen: readFrozen(stored) };
  if (stored.record.type === BLUEPRINT_RELEASED) {
    const { frozen: _released, ...rest } = known;
    return { ...rest, state, head };
  }
  if (body === undefined) return { ...known, state, head };
  const assignment = assignmentOf(state);
  track(known, state, body, stored);
  const ended = body.type === "run_end" ? tallyEnded(known.ended, state.run) : known.ended;
  const moved = { ...known, state, head, assignment, ...(ended === undefined ? {} : { ended }) };
  return servesTheSame(known.assignment, assignment) ? moved : { ...moved, because: causeOf(stored, body) };
}

function track(known: RolloutStream, after: StreamState, body: TraceBody, stored: StoredRecord): void {
  const { run } = after;
  if (run === undefined || body.type === "revalidated") return;
  const { seq } = stored.record;
  const before = known.rollouts.get(run.rollout_id);
  // Nobody judges a run that has ended, and its states are many.
  const earlier = body.type === "run_header" || run.phase === "ended" ? [] : (before?.verdicts ?? []);
  const judged = body.type === "iter" && body.action === "judged";
  const named = before?.named ?? new Set();
  for (const { digest } of namedObjects(body)) named.add(digest);
  known.rollouts.set(run.rollout_id, {
    run,
    named,
    first_seq: before?.first_seq ?? seq,
    last_seq: seq,
    verdicts: judged ? [...earlier, { before: known.state, gate_report: body.gate_report_hash }] : earlier,
  });
}

/** Windows follow each other without a change for anybody. */
function servesTheSame(a: Assignment, b: Assignment): boolean {
  return (
    a.stable?.release === b.stable?.release &&
    (a.candidate?.weight_bp ?? 0) === (b.candidate?.weight_bp ?? 0) &&
    exposedBy(a) === exposedBy(b)
  );
}

/** The rollout that exposes something. */
function exposedBy({ candidate }: Assignment): string | undefined {
  return candidate !== undefined && candidate.weight_bp > 0 ? candidate.rollout_id : undefined;
}
