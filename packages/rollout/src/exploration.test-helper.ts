/**
 * Every state of a stream that commands can lead to, breadth first to a fixed point, with what must be true of each and
 * of every step between them.
 */
import { isDeepStrictEqual } from "node:util";
import type { Digest } from "@tau-edge/encoding";
import { type Actor, type Head, sealDrafts } from "@tau-edge/ledger";
import { agenda } from "./agenda.ts";
import { assignmentOf } from "./assignment.ts";
import { checkpointObject, restoreCheckpoint } from "./checkpoint.ts";
import type { Command, Decision } from "./decide/command.ts";
import { decide } from "./decide/decide.ts";
import { evolve } from "./evolve.ts";
import { evidenceKey, keyOf } from "./exploration-key.test-helper.ts";
import type { VerdictResult } from "./gates/gate-report.ts";
import { ALICE, GOOD_FACTS, sha256, snapshotOf, type World } from "./rollout.test-helper.ts";
import { activeRun, hasConcurrentBaseline, lastCommit, type Run, type StreamState, watchStage } from "./state.ts";

export interface Node {
  readonly state: StreamState;
  readonly head: Head;
}

export interface Ask {
  /** What it is called when something is wrong with it. */
  readonly name: string;
  readonly command: Command;
  readonly actor?: Actor;
  /** After the record before it. */
  readonly after_ms?: number;
  /** What a window that it freezes must be judged as. */
  readonly expected?: VerdictResult;
}

export interface Exploration {
  readonly states: number;
  /** Commands that were accepted. */
  readonly edges: number;
  /** Commands that were answered. */
  readonly answers: number;
  readonly phases: Readonly<Record<string, number>>;
}

type Visit = { readonly node: Node; readonly into: Set<string>; readonly trail: readonly string[] };

export class Explorer {
  readonly #objects = new Map<Digest, Uint8Array>();
  /** By the hashes of both snapshots: what their verdict must be. */
  readonly #expected = new Map<string, VerdictResult>();
  readonly #visits = new Map<string, Visit>();
  readonly #ending = new Set<string>();
  readonly #alphabet: (explorer: Explorer, node: Node) => readonly Ask[];
  #edges = 0;
  #answers = 0;

  constructor(alphabet: (explorer: Explorer, node: Node) => readonly Ask[]) {
    this.#alphabet = alphabet;
  }

  explore(from: World): Exploration {
    for (const [digest, bytes] of from.objects) this.#objects.set(digest, bytes);
    this.#visit({ state: from.state, head: from.head }, []);
    // A map is walked in the order of insertion, what is inserted on the way included: breadth first.
    for (const visit of this.#visits.values()) this.#leave(visit);
    this.#checkWaysOut();
    const phases: Record<string, number> = {};
    for (const { node } of this.#visits.values()) {
      const phase = node.state.run?.phase ?? "empty";
      phases[phase] = (phases[phase] ?? 0) + 1;
    }
    return { states: this.#visits.size, edges: this.#edges, answers: this.#answers, phases };
  }

  bytes(digest: Digest | undefined): Uint8Array | undefined {
    return digest === undefined ? undefined : this.#objects.get(digest);
  }

  #key(state: StreamState): string {
    return keyOf(state, this.#expected.get(evidenceKey(state.run?.frozen)));
  }

  #visit(node: Node, trail: readonly string[]): string {
    const key = this.#key(node.state);
    if (this.#visits.has(key)) return key;
    this.#visits.set(key, { node, into: new Set(), trail });
    checkCheckpoint(node.state);
    checkAssignment(node.state);
    this.#leaveAlone(node, trail);
    return key;
  }

  #leave({ node, into, trail }: Visit): void {
    for (const ask of this.#alphabet(this, node)) {
      const here = [...trail, ask.name];
      try {
        const decision = this.#decide(node, ask);
        this.#answers += 1;
        if (decision.outcome === "refused") {
          if (activeRun(node.state) !== undefined && (ask.command.do === "abort" || ask.command.do === "roll_back"))
            throw new Error(`refused: ${decision.code}`);
          continue;
        }
        const next = this.#follow(node, ask, decision);
        this.#edges += 1;
        this.#checkEdge(node.state, ask, next.state);
        into.add(this.#visit(next, here));
      } catch (cause) {
        throw new Error(`after ${here.join(", ")}: ${cause instanceof Error ? cause.message : ""}`, { cause });
      }
    }
  }

  #decide({ state }: Node, { command, actor = ALICE, after_ms = 0 }: Ask): Decision {
    return decide(state, command, { actor, now_unix_ms: state.at_unix_ms + after_ms, sha256 });
  }

  #follow({ state, head }: Node, ask: Ask, decision: Extract<Decision, { outcome: "decided" }>): Node {
    for (const { digest, bytes } of decision.objects) this.#objects.set(digest, bytes);
    const now_unix_ms = state.at_unix_ms + (ask.after_ms ?? 0);
    const sealed = sealDrafts({ stream: state.stream, head, drafts: decision.drafts, now_unix_ms, sha256 });
    if (sealed.outcome !== "sealed") throw new Error(sealed.outcome);
    const next = { state: sealed.records.reduce(evolve, state), head: sealed.head };
    const { frozen } = next.state.run ?? {};
    if (ask.expected !== undefined && frozen !== undefined) this.#expected.set(evidenceKey(frozen), ask.expected);
    return next;
  }

  #checkEdge(before: StreamState, { command }: Ask, after: StreamState): void {
    const run = activeRun(before);
    const next = after.run;
    if (after.committed.length > before.committed.length) this.#checkCommit(run, command, after);
    else if (lastCommit(before) !== lastCommit(after))
      throw new Error("another release is stable, and nothing was committed");
    if (run === undefined || next === undefined) return;
    if (next.rollout_id !== run.rollout_id || next.attempt !== run.attempt)
      throw new Error("a run took the place of an open one");
    if (next.weight_bp < run.weight_bp && next.weight_bp !== 0) throw new Error("a weight fell, and not to 0");
    if (next.stage < run.stage) throw new Error("a stage was lost");
    if (next.stage > run.stage) this.#checkGain(run, command);
    const judgement = next.judgements.length > run.judgements.length ? next.judgements.at(-1) : undefined;
    const expected = judgement && this.#expected.get(evidenceKey(judgement));
    if (judgement !== undefined && judgement.result !== expected)
      throw new Error(`${judgement.result}, not ${expected}`);
    if (judgement?.result === "fail" && next.phase !== "rolling_back") throw new Error("a breach is not rolled back");
  }

  /** No stage is gained on a breached window ever, nor on a missing one but by a recorded override (decisions 14). */
  #checkGain(run: Run, command: Command): void {
    if (run.judgements.some((judgement) => this.#expected.get(evidenceKey(judgement)) === "fail"))
      throw new Error("gained on a breach");
    if (command.do === "override") {
      const first = run.override_requested;
      if (first === undefined || first.role === command.role) throw new Error("stages were skipped by one role");
      return;
    }
    if (command.do !== "advance") throw new Error(`gained by ${command.do}`);
    const last = run.judgements.at(-1);
    const passed = last?.stage === run.stage && this.#expected.get(evidenceKey(last)) === "pass";
    if (run.phase === "frozen" || (run.stage >= 0 && !passed)) throw new Error("gained without a pass");
  }

  #checkCommit(run: Run | undefined, command: Command, after: StreamState): void {
    const last = run?.judgements.at(-1);
    const watched = run?.phase === "exposed" && run.stage === watchStage(run.plan) && last?.stage === run.stage;
    if (command.do !== "advance" || !watched || this.#expected.get(evidenceKey(last)) !== "pass")
      throw new Error("committed without a passed watch");
    if (after.at_unix_ms - run.stage_entered_unix_ms < run.plan.policy.watch.duration_ms)
      throw new Error("committed before its time");
    const { judge_every_ms } = run.plan.policy.watch;
    if (after.at_unix_ms - (run.window?.opened_unix_ms ?? 0) > judge_every_ms + run.plan.policy.max_silence_ms)
      throw new Error("committed on an old pass");
  }

  /** With nobody there and nothing observed, the agenda alone ends every run. */
  #leaveAlone(from: Node, trail: readonly string[]): void {
    const passed: string[] = [];
    let node = from;
    for (let steps = 0; steps < 40; steps++) {
      const key = this.#key(node.state);
      passed.push(key);
      const run = activeRun(node.state);
      if (run === undefined || this.#ending.has(key)) {
        for (const ending of passed) this.#ending.add(ending);
        return;
      }
      node = this.#serve(node, run);
    }
    throw new Error(`after ${trail.join(", ")}: it never ends by itself`);
  }

  #serve(node: Node, run: Run): Node {
    const { state } = node;
    const after_ms = run.plan.policy.max_hold_ms + 1;
    const now = state.at_unix_ms + after_ms;
    const nothing = { total: 0, failed: 0 };
    const step = agenda(state, { source: "counted", candidate: nothing, baseline: nothing }, now);
    const at = { attempt: run.attempt, stage: run.stage, window: run.window?.number ?? 0 };
    const command = ((): Command | undefined => {
      switch (step.do) {
        case "freeze": {
          const candidate = snapshotOf(run, run.target, { ok: 0 }, now);
          const baseline =
            run.baseline !== undefined && hasConcurrentBaseline(run)
              ? { baseline: snapshotOf(run, run.baseline, { ok: 0 }, now) }
              : {};
          return { do: "freeze", ...at, candidate, ...baseline };
        }
        case "judge":
          return judgeOf(this, run);
        case "advance":
          return { do: "advance", ...at, facts: GOOD_FACTS };
        case "verify_rollback":
          return { do: "verify_rollback", checks: [] };
        case "abort":
          return { do: "abort", code: step.code, reason: "" };
        case "wait":
        case "nothing":
          return undefined;
      }
    })();
    if (command === undefined)
      return { ...node, state: { ...state, at_unix_ms: now }, head: { ...node.head, at_unix_ms: now } };
    const ask = { name: step.do, command, after_ms };
    const decision = this.#decide(node, ask);
    if (decision.outcome === "decided") return this.#follow(node, ask, decision);
    return { ...node, state: { ...state, at_unix_ms: now }, head: { ...node.head, at_unix_ms: now } };
  }

  /** Every state leads to an end, and every one that nothing speaks against leads to a commit. */
  #checkWaysOut(): void {
    const to = (goal: (state: StreamState) => boolean) => {
      const reached = new Set([...this.#visits].filter(([, { node }]) => goal(node.state)).map(([key]) => key));
      for (let before = -1; before < reached.size; ) {
        before = reached.size;
        for (const [key, { into }] of this.#visits) if ([...into].some((next) => reached.has(next))) reached.add(key);
      }
      return reached;
    };
    const ends = to(({ run }) => run?.phase === "ended");
    const commits = to(({ run }) => run?.outcome?.final_status === "success");
    for (const [key, { node, trail }] of this.#visits) {
      const { run } = node.state;
      if (!ends.has(key)) throw new Error(`after ${trail.join(", ")}: no way to an end`);
      const expected = this.#expected.get(evidenceKey(run?.frozen));
      const doomed = run?.phase === "frozen" && expected !== "pass";
      const open = run?.phase === "ready" || run?.phase === "exposed" || run?.phase === "frozen";
      if (open && !doomed && !commits.has(key)) throw new Error(`after ${trail.join(", ")}: no way to a commit`);
    }
  }
}

export function judgeOf(explorer: Explorer, run: Run): Command {
  const { attempt, stage, window, frozen } = run;
  const candidate = explorer.bytes(frozen?.snapshot) ?? new Uint8Array();
  const baseline = explorer.bytes(frozen?.baseline_snapshot);
  const at = { attempt, stage, window: window?.number ?? 0 };
  return { do: "judge", ...at, candidate, ...(baseline === undefined ? {} : { baseline }) };
}

/** What restores to the same state has the same bytes and decides the same: both depend on nothing else. */
function checkCheckpoint(state: StreamState): void {
  const restored = restoreCheckpoint(checkpointObject(state, sha256).bytes);
  if (!isDeepStrictEqual(restored, state)) throw new Error("a checkpoint restores another state");
}

function checkAssignment(state: StreamState): void {
  const { candidate, stable } = assignmentOf(state);
  if (stable !== lastCommit(state)?.target) throw new Error("somebody else is stable");
  const phase = state.run?.phase;
  const exposes = phase === "exposed" || phase === "frozen";
  if (!exposes && (candidate?.weight_bp ?? 0) > 0) throw new Error(`a run that is ${phase} exposes something`);
  if (phase === "rolling_back" && candidate !== undefined) throw new Error("what is rolled back can be reached");
}
