/** The ways in which a rollout goes: what persons do in each, and how the releases behave. */
import { digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import {
  type Command,
  defaultEnvironmentProfile,
  type Plan,
  type ReleaseRef,
  type Role,
  readPlan,
  releaseObject,
} from "@tau-edge/rollout";
import { GOOD_FACTS } from "../../../packages/rollout/src/preflight/good-facts.test-helper.ts";
import type { Memory } from "./memory.ts";
import { Telling } from "./telling.ts";
import { BROKEN, HEALTHY } from "./traffic.ts";

const MINUTE_MS = 60_000;

const ALICE: Actor = { kind: "local", id: "alice" };
const BOB: Actor = { kind: "token", id: "bob" };
const CAROL: Actor = { kind: "did", id: "did:web:carol.example" };

const POLICY = {
  stages: [2_500, 5_000].map((weight_bp) => ({ weight_bp, min_samples: 200, min_dwell_ms: MINUTE_MS })),
  gates: [
    { id: "error_rate", metric: "error_rate", max_ppm: 20_000 },
    { id: "p95_latency_delta", metric: "p95_latency_delta", max_ppm: 100_000 },
    { id: "replay_determinism_failures", metric: "replay_determinism_failures", max: 0 },
  ],
  watch: { duration_ms: 2 * MINUTE_MS, judge_every_ms: MINUTE_MS, min_samples: 200 },
  max_window_ms: 10 * MINUTE_MS,
  max_silence_ms: 2 * MINUTE_MS,
  max_hold_ms: 30 * MINUTE_MS,
};

/** The stages of the first release, which has nothing to be compared with. */
const EVERYBODY = [{ weight_bp: 10_000, min_samples: 200, min_dwell_ms: MINUTE_MS }];

export interface Story {
  readonly name: string;
  tell(memory: Memory): Telling;
}

export const STORIES: readonly Story[] = [
  { name: "a preflight that refuses", tell: refused },
  { name: "a release that is committed after its baseline, over two lanes, with an approval", tell: committed },
  { name: "a gate that fails, and health that is proven after it", tell: rolledBack },
  { name: "an undo", tell: undone },
  { name: "an override by two persons", tell: overridden },
  { name: "a deadline that holds, until it has held too long", tell: heldTooLong },
];

function refused(memory: Memory): Telling {
  const telling = new Telling(memory);
  const corrupt = { ...GOOD_FACTS, artifact: "corrupt", objects: "unreachable" } as const;
  telling.ask({ ...startOf(telling, "new", { baseline: "none" }), facts: corrupt }, ALICE);
  return telling.untilEnded();
}

function committed(memory: Memory): Telling {
  const telling = withStable(memory);
  const gates = [...POLICY.gates, { id: "smoke", metric: "external_check", check: "smoke" }];
  const approvals = [{ role: "security_reviewer", environments: ["dev"] }];
  const policy = { ...POLICY, gates, approvals };
  telling.ask(startOf(telling, "new", { lanes: ["read", "write"], policy }), ALICE);
  telling.until(({ step }) => step.do === "wait" && step.reason === "approvals");
  const { target, policy_bundle_hash } = telling.run;
  const signs_off = { release: target.release, policy_bundle_hash };
  telling.ask({ do: "approve", role: "security_reviewer", signs_off }, BOB);
  return telling.untilEnded();
}

function rolledBack(memory: Memory): Telling {
  const telling = withStable(memory);
  const start = startOf(telling, "new");
  telling.ask(start, ALICE);
  telling.until(({ run }) => run.stage === 1);
  telling.behaviours.set(start.target.release, BROKEN);
  telling.unhealthy_until_unix_ms = telling.now_unix_ms + 5 * MINUTE_MS;
  return telling.untilEnded();
}

function undone(memory: Memory): Telling {
  const telling = withStable(memory);
  const { plan, profile, target } = startOf(telling, "old", { baseline: "none", policy: first() });
  telling.ask(startOf(telling, "new"), ALICE);
  telling.untilEnded();
  telling.ask({ do: "undo", release: target.release, plan, profile, facts: GOOD_FACTS }, BOB);
  return telling.untilEnded();
}

function overridden(memory: Memory): Telling {
  const telling = withStable(memory);
  telling.ask(startOf(telling, "new", { policy: { ...POLICY, holdback_bp: 2_000 } }), ALICE);
  telling.until(({ run }) => run.window !== undefined && telling.candidateProgress().total >= 50);
  override(telling, "release_owner", BOB);
  override(telling, "on_call", CAROL);
  return telling.untilEnded();
}

function override(telling: Telling, role: Role, actor: Actor): void {
  const progress = telling.candidateProgress();
  telling.ask({ do: "override", role, reason: "It stops the loss of data.", facts: GOOD_FACTS, progress }, actor);
}

function heldTooLong(memory: Memory): Telling {
  const telling = withStable(memory);
  telling.requests_per_tick = 8;
  telling.ask(startOf(telling, "new", { policy: { ...POLICY, on_deadline: "hold" } }), ALICE);
  return telling.untilEnded();
}

function withStable(memory: Memory): Telling {
  const telling = new Telling(memory);
  telling.ask(startOf(telling, "old", { baseline: "none", policy: first() }), ALICE);
  return telling.untilEnded();
}

function first(): object {
  return { ...POLICY, stages: EVERYBODY };
}

function startOf(telling: Telling, name: string, changes: object = {}): Extract<Command, { do: "start" }> {
  const target = publish(telling, name);
  const profile = defaultEnvironmentProfile("dev");
  return { do: "start", plan: planFor(target, changes), profile, target, facts: GOOD_FACTS };
}

function planFor({ release, manifest }: ReleaseRef, changes: object): Plan {
  const document = {
    schema_version: 1,
    blueprint: "shop",
    environments: ["dev"],
    release,
    manifest,
    baseline: "committed",
    allow_unsigned: true,
    expected_per_hour: 36_000,
    policy: POLICY,
    ...changes,
  };
  return readPlan(encodeUtf8(JSON.stringify(document)));
}

function publish(telling: Telling, name: string): ReleaseRef {
  const digestFor = (label: string) => digestOf(sha256(encodeUtf8(`${label} of ${name}`)));
  const manifest = digestFor("manifest");
  const release = releaseObject({ v: 1, manifest_digest: manifest, profile_id: "wasi-0.2", version: "1.0.0" }, sha256);
  telling.store(release);
  telling.behaviours.set(release.digest, HEALTHY);
  return { release: release.digest, manifest, artifact: digestFor("artifact") };
}
