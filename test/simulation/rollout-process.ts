/**
 * A process that drives a rollout: reads the ledger, asks the agenda, decides, stores objects, appends records and
 * publishes the pointer, in this order. It remembers nothing between two steps that is not stored.
 */
import { nativeSha256 } from "@tau-edge/adapter-node";
import { type Actor, encodeCommitPointer, pointerKey } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import {
  activeRun,
  agenda,
  type Command,
  type Decision,
  decide,
  type Evidence,
  effectiveTime,
  emptyState,
  evolveAll,
  hasConcurrentBaseline,
  makeSnapshot,
  type PreflightFacts,
  type ReleaseRef,
  type Run,
  type Snapshot,
  type StreamState,
  type WindowId,
} from "@tau-edge/rollout";
import { STREAM, type Stores } from "./rollout-disk.ts";

export const CONTROLLER: Actor = { kind: "system", id: "controller" };

export interface Moment {
  readonly now_unix_ms: number;
  readonly facts: PreflightFacts;
  /** Nobody can read the counters. */
  readonly unreachable: boolean;
  readonly healthy: boolean;
  /** Somebody vouches for a clock that jumped. */
  readonly acceptsClock: boolean;
}

export class Process {
  readonly stores: Stores;
  /** What it has read so far; it dies with the process. */
  #known = emptyState(STREAM);

  constructor(stores: Stores) {
    this.stores = stores;
  }

  async state(): Promise<StreamState> {
    this.#known = evolveAll(this.#known, await this.stores.ledger.read(STREAM, this.#known.next_seq, 1_000));
    return this.#known;
  }

  /** What a process does first: pointers that follow from FINALIZE and are not there. */
  async recover(): Promise<void> {
    await this.#settle(await this.state());
  }

  /** One step of the agenda. @returns what it was */
  async serve(moment: Moment): Promise<string> {
    const state = await this.state();
    const run = activeRun(state);
    const step = agenda(state, run && (await this.#evidence(run, moment)), moment.now_unix_ms);
    const command = run && (await this.#commandOf(step.do, state, run, moment));
    if (command === undefined) return step.do;
    const decision = await this.apply(state, command, CONTROLLER, moment);
    return decision === "conflict" ? decision : `${step.do} ${decision.outcome}`;
  }

  /** @param state as it was when the process looked; it may have moved since */
  async apply(state: StreamState, command: Command, actor: Actor, moment: Moment): Promise<Decision | "conflict"> {
    const { now_unix_ms, acceptsClock } = moment;
    const decision = decide(state, command, { actor, now_unix_ms, sha256: nativeSha256 });
    if (decision.outcome === "refused" || decision.drafts.length === 0) return decision;
    const { objects, ledger } = this.stores;
    for (const { digest, bytes } of decision.objects) await objects.putIfAbsent(digest, bytes);
    const appended = await ledger.append({
      stream: STREAM,
      expected_seq: state.next_seq - 1,
      drafts: decision.drafts,
      objects: decision.names,
      now_unix_ms,
      accept_clock_jump: acceptsClock,
    });
    if (appended.outcome === "conflict") return "conflict";
    await this.#settle(evolveAll(state, appended.records));
    return decision;
  }

  async #settle({ committed }: StreamState): Promise<void> {
    for (const commit of committed) {
      const { rollout_id, checkpoint_hash, lineage_root_hash, trace_tail_hash, wal_terminal_hash } = commit;
      const hashes = { trace_tail_hash, checkpoint_hash, lineage_root_hash, wal_terminal_hash };
      const key = pointerKey(STREAM, rollout_id);
      if ((await this.stores.pointers.read(key)) === undefined)
        await this.stores.pointers.publish(key, encodeCommitPointer({ v: 1, rollout_id, ...hashes }));
    }
  }

  async #evidence(run: Run, { now_unix_ms, unreachable }: Moment): Promise<Evidence | undefined> {
    if (run.window === undefined) return undefined;
    if (unreachable) return { source: "unreachable", since_unix_ms: run.window.opened_unix_ms };
    const progress = (of: ReleaseRef) =>
      this.stores.windows.progress(windowId(run, of), now_unix_ms, run.plan.policy.abandon_after_ms);
    const baseline = comparedWith(run);
    return {
      source: "counted",
      candidate: await progress(run.target),
      ...(baseline === undefined ? {} : { baseline: await progress(baseline) }),
    };
  }

  async #commandOf(step: string, state: StreamState, run: Run, moment: Moment): Promise<Command | undefined> {
    const at = { attempt: run.attempt, stage: run.stage, window: run.window?.number ?? 0 };
    switch (step) {
      case "freeze": {
        const frozen = effectiveTime(state, moment.now_unix_ms);
        const baseline = comparedWith(run);
        const candidate = await this.#snapshot(run, run.target, frozen, moment);
        return {
          do: "freeze",
          ...at,
          candidate,
          ...(baseline === undefined ? {} : { baseline: await this.#snapshot(run, baseline, frozen, moment) }),
        };
      }
      case "judge": {
        const bytesOf = async (digest: Snapshot["id"]["release"] | undefined) =>
          digest === undefined ? undefined : this.stores.objects.read(digest, Number.MAX_SAFE_INTEGER);
        const baseline = await bytesOf(run.frozen?.baseline_snapshot);
        const candidate = (await bytesOf(run.frozen?.snapshot)) ?? new Uint8Array();
        return { do: "judge", ...at, candidate, ...(baseline === undefined ? {} : { baseline }) };
      }
      case "advance":
        return { do: "advance", ...at, facts: moment.facts };
      case "verify_rollback":
        return { do: "verify_rollback", checks: [{ check: "stable_resolves", passed: moment.healthy }] };
      case "abort":
        return { do: "abort", code: "hold_outlasted", reason: "" };
      default:
        return undefined;
    }
  }

  async #snapshot(run: Run, of: ReleaseRef, now: number, { unreachable }: Moment): Promise<Snapshot> {
    const id = windowId(run, of);
    const { plan, window, judgements } = run;
    const frozen = unreachable ? undefined : await this.stores.windows.freeze(id, now);
    return makeSnapshot({
      id,
      opened_unix_ms: window?.opened_unix_ms ?? now,
      frozen_unix_ms: frozen?.frozen_unix_ms ?? now,
      lanes: plan.lanes,
      abandon_after_ms: plan.policy.abandon_after_ms,
      shards: frozen?.shards.map(({ shard, counters }) => ({ lane: shard, counters })) ?? "unreachable",
      replay: { replays: judgements.length, failures: 0 },
      checks: [],
    });
  }
}

export function windowId({ rollout_id, attempt, stage, window }: Run, { release }: ReleaseRef): WindowId {
  return { rollout_id, attempt, stage, window: window?.number ?? 0, release };
}

/** The release whose keys are observed beside those of the target. */
export function comparedWith(run: Run): ReleaseRef | undefined {
  return hasConcurrentBaseline(run) ? run.baseline : undefined;
}

/** Faults that a process reports and lives with; everything else is a fault of the program. */
export function isExpected(error: unknown): boolean {
  const lived = ["clock_jump", "store_full", "store_unavailable"];
  return error instanceof PortError && lived.includes(error.code);
}
