/**
 * A stream in memory for tests of the decider: it decides, keeps the objects, seals the records and folds them, and
 * refuses to go on where a record names an object that nobody stored.
 */
import { createHash } from "node:crypto";
import { type Digest, digestOf, encodeUtf8, type Sha256 } from "@tau-edge/encoding";
import { type Actor, emptyHead, type Head, type StoredRecord, sealDrafts } from "@tau-edge/ledger";
import type { Command, Decided, Decision, Refused } from "./decide/command.ts";
import { decide } from "./decide/decide.ts";
import { evolve } from "./evolve.ts";
import { histogramOf } from "./metrics/histogram.ts";
import { makeSnapshot, type Snapshot } from "./metrics/snapshot.ts";
import { defaultEnvironmentProfile } from "./plan/environment-profile.ts";
import { planWith } from "./plan/plan.test-helper.ts";
import type { Plan, Policy } from "./plan/plan.ts";
import type { PreflightFacts } from "./preflight/facts.ts";
import { GOOD_FACTS } from "./preflight/good-facts.test-helper.ts";
import type { ReleaseRef } from "./release.ts";
import {
  activeRun,
  effectiveTime,
  emptyState,
  environmentOf,
  hasConcurrentBaseline,
  type Run,
  type StreamState,
} from "./state.ts";

export { GOOD_FACTS };

export const sha256: Sha256 = (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest());

export const MINUTE_MS = 60_000;
/** 2026-01-05T00:00:00Z, a Monday. */
export const MONDAY_UNIX_MS = 1_767_571_200_000;

export const ALICE: Actor = { kind: "local", id: "alice" };
export const BOB: Actor = { kind: "local", id: "bob" };
export const CAROL: Actor = { kind: "token", id: "carol" };

export function digestFor(label: string): Digest {
  return digestOf(sha256(encodeUtf8(label)));
}

export function releaseFor(label: string): ReleaseRef {
  const release = digestFor(`release ${label}`);
  return { release, manifest: digestFor(`manifest ${label}`), artifact: digestFor(`artifact of ${release}`) };
}

/** The release of a plan, as `releaseFor` made it. */
export function targetOf({ release, manifest }: Plan): ReleaseRef {
  return { release, manifest, artifact: digestFor(`artifact of ${release}`) };
}

/** 1,000 samples within a minute and one failure in a hundred: windows that a test can fill, break and miss. */
export const TEST_POLICY = {
  stages: [{ weight_bp: 1_000, min_samples: 1_000, min_dwell_ms: MINUTE_MS }],
  gates: [
    { id: "error_rate", metric: "error_rate", max_ppm: 10_000 },
    { id: "p95_latency_delta", metric: "p95_latency_delta", max_ppm: 100_000 },
    { id: "replay_determinism_failures", metric: "replay_determinism_failures", max: 0 },
  ],
  watch: { duration_ms: 2 * MINUTE_MS, judge_every_ms: MINUTE_MS, min_samples: 1_000 },
  max_window_ms: 30 * MINUTE_MS,
  max_silence_ms: 10 * MINUTE_MS,
  max_hold_ms: 120 * MINUTE_MS,
  on_deadline: "rollback",
};

export interface PlanOptions {
  readonly to?: ReleaseRef;
  /** Of the stages, in basis points. */
  readonly weights?: readonly number[];
  readonly baseline?: Plan["baseline"];
  readonly environments?: Plan["environments"];
  readonly policy?: { readonly [Field in keyof Policy]?: unknown };
  readonly changes?: object;
}

export function planFor({ to = releaseFor("new"), weights = [1_000, 5_000], ...options }: PlanOptions = {}): Plan {
  const [stage] = TEST_POLICY.stages;
  return planWith({
    release: to.release,
    manifest: to.manifest,
    baseline: options.baseline ?? "none",
    environments: options.environments ?? ["dev"],
    allow_unsigned: true,
    policy: { ...TEST_POLICY, stages: weights.map((weight_bp) => ({ ...stage, weight_bp })), ...options.policy },
    ...options.changes,
  });
}

/** What is counted in one arm of a window. */
export interface Counts {
  readonly ok: number;
  readonly failed?: number;
  readonly latency_us?: number;
  /** How long before the freeze the last end arrived. */
  readonly silent_ms?: number;
  readonly unreachable?: boolean;
  readonly replay?: Snapshot["replay"];
}

export const PASSING: Counts = { ok: 1_000 };
export const FAILING: Counts = { ok: 989, failed: 11 };
export const TOO_FEW: Counts = { ok: 999 };

export function snapshotOf(run: Run, release: ReleaseRef, counts: Counts, frozen_unix_ms: number): Snapshot {
  const { rollout_id, attempt, stage, window, plan } = run;
  if (window === undefined) throw new TypeError("no window is open");
  const { ok, failed = 0, latency_us = 1_000, silent_ms = 0 } = counts;
  const last = frozen_unix_ms - silent_ms;
  const [lane = "main"] = plan.lanes;
  const counters = {
    ok,
    failed,
    ended: 0,
    starts: [],
    latency: ok === 0 ? [] : histogramOf([latency_us]).map(([bucket]) => [bucket, ok] as const),
    first_unix_ms: last,
    last_unix_ms: last,
  };
  const replays = run.judgements.length;
  return makeSnapshot({
    id: { rollout_id, attempt, stage, window: window.number, release: release.release },
    opened_unix_ms: window.opened_unix_ms,
    frozen_unix_ms,
    lanes: plan.lanes,
    abandon_after_ms: plan.policy.abandon_after_ms,
    shards: counts.unreachable === true ? "unreachable" : ok + failed === 0 ? [] : [{ lane, counters }],
    ...(replays === 0 ? {} : { replay: counts.replay ?? { replays, failures: 0 } }),
    checks: [],
  });
}

export class World {
  state: StreamState;
  head: Head;
  now_unix_ms = MONDAY_UNIX_MS;
  readonly records: StoredRecord[] = [];
  readonly objects = new Map<Digest, Uint8Array>();
  /** Objects that others stored before: releases, manifests, artifacts, pointers, reports of validations. */
  readonly #foreign = new Set<Digest>();

  constructor(stream = "default/dev/shop") {
    this.state = emptyState(stream);
    this.head = emptyHead(stream, sha256);
  }

  get run(): Run {
    const run = activeRun(this.state);
    if (run === undefined) throw new TypeError("no run is open");
    return run;
  }

  decide(command: Command, actor: Actor = ALICE): Decision {
    return decide(this.state, command, { actor, now_unix_ms: this.now_unix_ms, sha256 });
  }

  /** Decides, stores, seals and folds; a refusal is an error of the test. */
  apply(command: Command, actor: Actor = ALICE): Decided {
    const decision = this.decide(command, actor);
    if (decision.outcome === "refused")
      throw new Error(`${command.do} is refused: ${decision.code} (${decision.detail})`);
    for (const { digest, bytes } of decision.objects) this.objects.set(digest, bytes);
    for (const digest of foreignOf(command)) this.#foreign.add(digest);
    for (const digest of decision.names)
      if (!this.objects.has(digest) && !this.#foreign.has(digest)) throw new Error(`nobody stored ${digest}`);
    const sealed = sealDrafts({
      stream: this.state.stream,
      head: this.head,
      drafts: decision.drafts,
      now_unix_ms: this.now_unix_ms,
      sha256,
      accept_clock_jump: true,
    });
    if (sealed.outcome !== "sealed") throw new Error(sealed.outcome);
    for (const stored of sealed.records) this.state = evolve(this.state, stored);
    this.records.push(...sealed.records);
    this.head = sealed.head;
    return decision;
  }

  /** The refusal of a command; a decision is an error of the test. */
  refusal(command: Command, actor: Actor = ALICE): Refused {
    const decision = this.decide(command, actor);
    if (decision.outcome !== "refused") throw new Error(`${command.do} is not refused`);
    return decision;
  }

  wait(ms: number): this {
    this.now_unix_ms += ms;
    return this;
  }

  start(plan: Plan, facts: PreflightFacts = GOOD_FACTS, actor: Actor = ALICE): this {
    this.apply(this.startOf(plan, facts), actor);
    return this;
  }

  startOf(plan: Plan, facts: PreflightFacts = GOOD_FACTS, target: ReleaseRef = targetOf(plan)): Command {
    return { do: "start", plan, target, facts, profile: this.profile() };
  }

  profile() {
    const environment = environmentOf(this.state);
    if (environment === undefined) throw new TypeError(`${this.state.stream} is of no environment`);
    return defaultEnvironmentProfile(environment);
  }

  advance(facts: PreflightFacts = GOOD_FACTS): this {
    this.apply(this.advanceOf(facts));
    return this;
  }

  advanceOf(facts: PreflightFacts = GOOD_FACTS): Command {
    const { attempt, stage } = this.run;
    return { do: "advance", attempt, stage, facts };
  }

  freezeOf(counts: Counts, baseline: Counts = PASSING): Extract<Command, { do: "freeze" }> {
    const { run } = this;
    const at = effectiveTime(this.state, this.now_unix_ms);
    const { attempt, stage, window } = run;
    const candidate = snapshotOf(run, run.target, counts, at);
    const both = { do: "freeze", attempt, stage, window: window?.number ?? 0, candidate } as const;
    if (!hasConcurrentBaseline(run) || run.baseline === undefined) return both;
    return { ...both, baseline: snapshotOf(run, run.baseline, baseline, at) };
  }

  freeze(counts: Counts, baseline?: Counts): this {
    this.apply(this.freezeOf(counts, baseline));
    return this;
  }

  judgeOf(): Extract<Command, { do: "judge" }> {
    const { attempt, stage, window, frozen } = this.run;
    const candidate = this.objects.get(frozen?.snapshot ?? digestFor("nothing")) ?? new Uint8Array();
    const baseline = frozen?.baseline_snapshot && this.objects.get(frozen.baseline_snapshot);
    const of = { attempt, stage, window: window?.number ?? 0 };
    return { do: "judge", ...of, candidate, ...(baseline === undefined ? {} : { baseline }) };
  }

  judge(): this {
    this.apply(this.judgeOf());
    return this;
  }

  /** A whole window: a minute passes, it is frozen with these counts and judged. */
  window(counts: Counts, baseline?: Counts): this {
    return this.wait(MINUTE_MS).freeze(counts, baseline).judge();
  }

  /** From the start to COMMITTED. */
  commit(plan: Plan): this {
    this.start(plan).advance();
    for (let stage = 0; stage < plan.policy.stages.length; stage++) this.window(PASSING).advance();
    return this.window(PASSING).window(PASSING).advance();
  }

  rollBack(): this {
    this.apply({ do: "roll_back", trigger: "operator", reason: "" });
    return this.verify();
  }

  verify(): this {
    this.apply({ do: "verify_rollback", checks: [{ check: "stable_resolves", passed: true }] });
    return this;
  }

  abort(): this {
    this.apply({ do: "abort", reason: "enough", code: "aborted" });
    return this;
  }

  revalidate(manifest: Digest, passed = true): this {
    this.apply({ do: "revalidate", validation: "package", manifest, passed, report: digestFor("validation") });
    return this;
  }
}

/** What a command names and nobody has to decide first. */
function foreignOf(command: Command): readonly Digest[] {
  if (command.do === "revalidate") return [command.report, command.manifest];
  const target = command.do === "start" ? Object.values(command.target) : [];
  const pointer = "facts" in command ? command.facts.promoted_from?.pointer : undefined;
  return pointer === undefined ? target : [...target, pointer];
}

/** A stream in which `old` is committed. */
export function worldWithStable(stream?: string): World {
  const world = new World(stream);
  const environments = [environmentOf(world.state) ?? "dev"];
  return world.commit(planFor({ to: releaseFor("old"), weights: [10_000], environments }));
}
