/**
 * Tells a story of rollouts to the end: time passes in ticks, requests are counted in windows, and whatever the agenda
 * says is decided, sealed and folded. Pure core and seeded chance, so that every runtime tells it in the same bytes.
 */
import { SeededChance } from "@tau-edge/adapter-memory";
import { type Digest, type Sha256, sha256 } from "@tau-edge/encoding";
import { type Actor, type CommitObject, emptyHead, headOf, type StoredRecord, sealDrafts } from "@tau-edge/ledger";
import {
  activeRun,
  agenda,
  assignmentOf,
  type Command,
  decide,
  type Evidence,
  effectiveTime,
  emptyState,
  hasConcurrentBaseline,
  makeSnapshot,
  type Run,
  replay,
  type Snapshot,
  type Step,
  type StreamState,
  toBinary64,
  type WindowId,
  type WindowProgress,
} from "@tau-edge/rollout";
import { GOOD_FACTS } from "../../../packages/rollout/src/preflight/good-facts.test-helper.ts";
import { type Memory, recall } from "./memory.ts";
import { type Behaviour, HEALTHY, traffic } from "./traffic.ts";
import { WindowCounts } from "./window-counts.ts";

const TICK_MS = 10_000;
/** An hour: no story lasts longer. */
const TICKS_MAX = 360;
/** 2026-01-05T00:00:00Z, a Monday. */
const MONDAY_UNIX_MS = 1_767_571_200_000;
const SEED = 20_260_105;
const CONTROLLER: Actor = { kind: "system", id: "controller" };

export class Telling {
  readonly stream = "default/dev/shop";
  readonly sha256: Sha256 = sha256;
  state: StreamState = emptyState(this.stream);
  now_unix_ms = MONDAY_UNIX_MS;
  /** Requests of everybody in ten seconds. */
  requests_per_tick = 100;
  /** Until then health after a rollback is not proven. */
  unhealthy_until_unix_ms = 0;
  readonly records: StoredRecord[] = [];
  /** After each record. */
  readonly states: StreamState[] = [];
  /** In the order in which they were stored. */
  readonly objects = new Map<Digest, Uint8Array>();
  readonly behaviours = new Map<Digest, Behaviour>();
  readonly #memory: Memory;
  readonly #chance = new SeededChance(SEED);
  readonly #counts = new WindowCounts();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get run(): Run {
    const run = activeRun(this.state);
    if (run === undefined) throw new TypeError("no run is open");
    return run;
  }

  get step(): Step {
    return agenda(this.state, this.#evidence(), this.now_unix_ms);
  }

  store({ digest, bytes }: CommitObject): void {
    this.objects.set(digest, bytes);
  }

  /** @throws Error when it is refused: no story has a person who asks for what is refused */
  ask(command: Command, actor: Actor): void {
    const refused = this.#ask(command, actor);
    if (refused !== undefined) throw new Error(`${command.do} is refused: ${refused}`);
  }

  /** Lets time pass, with traffic, until this is so. */
  until(reached: (telling: Telling) => boolean): this {
    for (let ticks = 0; ticks < TICKS_MAX; ticks++) {
      this.#serve();
      if (reached(this)) return this;
      this.now_unix_ms += TICK_MS;
      this.#observe();
    }
    throw new Error("the story has no end");
  }

  untilEnded(): this {
    return this.until(({ state }) => activeRun(state) === undefined);
  }

  candidateProgress(): WindowProgress {
    const { run } = this;
    return this.#progress(run, run.target.release);
  }

  #serve(): void {
    for (let command = this.#due(); command !== undefined; command = this.#due())
      if (this.#ask(command, CONTROLLER) !== undefined) return;
  }

  #observe(): void {
    const run = activeRun(this.state);
    if (run === undefined) return;
    const reports = traffic({
      requests: this.requests_per_tick,
      assignment: assignmentOf(this.state),
      lanes: run.plan.lanes,
      chance: this.#chance,
      behaviourOf: (release) => this.behaviours.get(release) ?? HEALTHY,
      batch_id: `at-${this.now_unix_ms}`,
      sha256,
    });
    for (const { release, lane, arm, batch } of reports) {
      const { rollout_id, attempt, stage, window } = arm.candidate;
      this.#counts.add({ rollout_id, attempt, stage, window, release }, lane, batch, this.now_unix_ms);
    }
  }

  #evidence(): Evidence | undefined {
    const run = activeRun(this.state);
    if (run?.window === undefined) return undefined;
    const candidate = this.#progress(run, run.target.release);
    if (run.baseline === undefined) return { source: "counted", candidate };
    return { source: "counted", candidate, baseline: this.#progress(run, run.baseline.release) };
  }

  #progress(run: Run, release: Digest): WindowProgress {
    return this.#counts.progress(windowId(run, release), this.now_unix_ms, run.plan.policy.abandon_after_ms);
  }

  #due(): Command | undefined {
    const { step } = this;
    const run = activeRun(this.state);
    if (run === undefined) return undefined;
    const { attempt, stage } = run;
    switch (step.do) {
      case "freeze":
        return this.#freeze(run);
      case "judge":
        return this.#judge(run);
      case "advance":
        return { do: "advance", attempt, stage, facts: GOOD_FACTS };
      case "verify_rollback": {
        const passed = this.now_unix_ms >= this.unhealthy_until_unix_ms;
        return { do: "verify_rollback", checks: [{ check: "stable_resolves", passed }] };
      }
      case "abort":
        return { do: "abort", code: step.code, reason: "Nobody came." };
      case "wait":
      case "nothing":
        return undefined;
    }
  }

  #freeze(run: Run): Command {
    const { attempt, stage, window } = windowId(run, run.target.release);
    const candidate = this.#snapshot(run, run.target.release);
    const frozen = { do: "freeze", attempt, stage, window, candidate } as const;
    if (run.baseline === undefined || !hasConcurrentBaseline(run)) return frozen;
    return { ...frozen, baseline: this.#snapshot(run, run.baseline.release) };
  }

  #snapshot(run: Run, release: Digest): Snapshot {
    const id = windowId(run, release);
    const { lanes, policy } = run.plan;
    return makeSnapshot({
      id,
      opened_unix_ms: run.window?.opened_unix_ms ?? 0,
      frozen_unix_ms: effectiveTime(this.state, this.now_unix_ms),
      lanes,
      abandon_after_ms: policy.abandon_after_ms,
      shards: this.#counts.shards(id),
      ...(run.judgements.length === 0 ? {} : { replay: this.#replayed(run) }),
      checks: policy.gates.flatMap((gate) =>
        gate.metric === "external_check"
          ? [{ check: gate.check, outcome: "passed", value_f64: toBinary64(0.1 + 0.2) } as const]
          : [],
      ),
    });
  }

  #replayed({ rollout_id }: Run): NonNullable<Snapshot["replay"]> {
    const { stream, records, objects } = this;
    const result = replay({ stream, rollout_id, records, objects, sha256 });
    if (result.result !== "same") throw new Error(`the replay ${result.result} at #${result.seq} ${result.field}`);
    return { replays: result.verdicts, failures: 0 };
  }

  #judge({ attempt, stage, window, frozen }: Run): Command {
    if (window === undefined || frozen === undefined) throw new TypeError("nothing is frozen");
    const { snapshot, baseline_snapshot } = frozen;
    const judged = { do: "judge", attempt, stage, window: window.number, candidate: this.#bytes(snapshot) } as const;
    return baseline_snapshot === undefined ? judged : { ...judged, baseline: this.#bytes(baseline_snapshot) };
  }

  #bytes(digest: Digest): Uint8Array {
    const bytes = this.objects.get(digest);
    if (bytes === undefined) throw new TypeError(`nobody stored ${digest}`);
    return bytes;
  }

  /** @returns the code of a refusal */
  #ask(command: Command, actor: Actor): string | undefined {
    const { stream, now_unix_ms } = this;
    const decision = decide(this.state, command, { actor, now_unix_ms, sha256 });
    if (decision.outcome === "refused") return decision.code;
    for (const object of decision.objects) this.store(object);
    const last = this.records.at(-1);
    const head = last === undefined ? emptyHead(stream, sha256) : headOf(last);
    const sealed = sealDrafts({ stream, head, drafts: decision.drafts, now_unix_ms, sha256 });
    if (sealed.outcome !== "sealed") throw new Error(sealed.outcome);
    for (const stored of sealed.records) {
      this.records.push(stored);
      this.state = recall(this.#memory, this.state, this.records, sha256);
      this.states.push(this.state);
    }
    return undefined;
  }
}

function windowId({ rollout_id, attempt, stage, window }: Run, release: Digest): WindowId {
  if (window === undefined) throw new TypeError("no window is open");
  return { rollout_id, attempt, stage, window: window.number, release };
}
