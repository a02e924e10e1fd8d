/** What is asked of every state of an exploration: what belongs there, and what does not. */
import type { Digest } from "@tau-edge/encoding";
import type { Command, WindowRef } from "./decide/command.ts";
import { type Ask, type Explorer, judgeOf, type Node } from "./exploration.test-helper.ts";
import { defaultEnvironmentProfile } from "./plan/environment-profile.ts";
import type { Plan, Role } from "./plan/plan.ts";
import {
  ALICE,
  BOB,
  type Counts,
  digestFor,
  FAILING,
  GOOD_FACTS,
  MINUTE_MS,
  PASSING,
  releaseFor,
  snapshotOf,
  TOO_FEW,
  targetOf,
} from "./rollout.test-helper.ts";
import { activeRun, hasConcurrentBaseline, isWatching, type Run } from "./state.ts";

const NO_SPACE = { ...GOOD_FACTS, free_bytes: 0 };
const CORRUPT = { ...GOOD_FACTS, artifact: "corrupt" } as const;
const profile = defaultEnvironmentProfile("dev");

export interface Scope {
  /** Plans whose releases somebody may want back. */
  readonly undo: readonly Plan[];
  /** Whether the release owner may be the first to ask for an override, as the on-call may: it comes to the same. */
  readonly ownerAsksFirst: boolean;
}

export function alphabetOf(plan: Plan, scope: Scope): (explorer: Explorer, node: Node) => readonly Ask[] {
  const beginning = [...beginnings(plan), ...scope.undo.flatMap(undos)];
  return (explorer, { state }) => {
    const run = activeRun(state);
    return [
      ...beginning,
      ...validations(plan.manifest),
      ...steering(run),
      ...stopping(),
      ...overriding(run, scope),
      ...(run === undefined ? [] : [...advancing(run), ...freezing(run), ...judging(explorer, run)]),
    ];
  };
}

function beginnings(plan: Plan): readonly Ask[] {
  const target = targetOf(plan);
  return [
    { name: "start", command: { do: "start", plan, target, profile, facts: GOOD_FACTS } },
    { name: "start without space", command: { do: "start", plan, target, profile, facts: NO_SPACE } },
    {
      name: "start another release",
      command: { do: "start", plan, target: releaseFor("other"), profile, facts: GOOD_FACTS },
    },
    { name: "retry", command: { do: "retry", profile, facts: GOOD_FACTS } },
    { name: "retry without space", command: { do: "retry", profile, facts: NO_SPACE } },
  ];
}

function undos(plan: Plan): readonly Ask[] {
  const { release } = plan;
  return [
    { name: "undo", command: { do: "undo", release, plan, profile, facts: GOOD_FACTS } },
    {
      name: "undo by another plan",
      command: { do: "undo", release, plan: { ...plan, expected_per_hour: 1 }, profile, facts: GOOD_FACTS },
    },
  ];
}

function validations(manifest: Digest): readonly Ask[] {
  const validate = (name: string, of: Digest, passed: boolean): Ask => ({
    name,
    command: { do: "revalidate", validation: "package", manifest: of, passed, report: digestFor("validation") },
  });
  return [validate("validated", manifest, true), validate("validation failed", manifest, false)];
}

function steering(run: Run | undefined): readonly Ask[] {
  const release = run?.target.release ?? digestFor("none");
  const policy_bundle_hash = run?.policy_bundle_hash ?? digestFor("none");
  const approve = (role: Role, of: Digest): Command => ({
    do: "approve",
    role,
    signs_off: { release: of, policy_bundle_hash },
  });
  return [
    { name: "pause", command: { do: "pause", reason: "" } },
    { name: "resume", command: { do: "resume" } },
    { name: "promote in the dwell", command: { do: "promote" } },
    // A pause is ended at once: pausing and promoting in turns would let time pass for ever.
    ...(run?.paused === undefined
      ? [{ name: "promote late", command: { do: "promote" }, after_ms: MINUTE_MS } as const]
      : []),
    { name: "approve", command: approve("release_owner", release) },
    { name: "approve twice", command: approve("release_owner", release), actor: BOB },
    { name: "approve something else", command: approve("release_owner", digestFor("other")) },
    { name: "approve what nobody asks for", command: approve("security_reviewer", release), actor: BOB },
  ];
}

function stopping(): readonly Ask[] {
  return [
    { name: "abort", command: { do: "abort", reason: "", code: "aborted" } },
    { name: "roll back", command: { do: "roll_back", trigger: "operator", reason: "" } },
    { name: "healthy", command: { do: "verify_rollback", checks: [{ check: "stable_resolves", passed: true }] } },
    { name: "unhealthy", command: { do: "verify_rollback", checks: [{ check: "stable_resolves", passed: false }] } },
    { name: "not looked at", command: { do: "verify_rollback", checks: [] } },
  ];
}

function overriding(run: Run | undefined, { ownerAsksFirst }: Scope): readonly Ask[] {
  const override = (role: Role, facts: typeof GOOD_FACTS, failed?: number): Command => ({
    do: "override",
    role,
    reason: "",
    facts,
    ...(failed === undefined ? {} : { progress: { total: failed, failed } }),
  });
  return [
    ...(ownerAsksFirst || run?.override_requested !== undefined
      ? [{ name: "owner skips", command: override("release_owner", GOOD_FACTS, 0), actor: ALICE }]
      : []),
    { name: "on-call skips", command: override("on_call", GOOD_FACTS, 0), actor: BOB },
    { name: "owner skips as on-call", command: override("on_call", GOOD_FACTS, 0), actor: ALICE },
    { name: "reviewer skips", command: override("security_reviewer", GOOD_FACTS, 0), actor: BOB },
    { name: "on-call skips a breach", command: override("on_call", GOOD_FACTS, 11), actor: BOB },
    { name: "on-call skips unseen", command: override("on_call", GOOD_FACTS), actor: BOB },
    { name: "on-call skips a preflight", command: override("on_call", NO_SPACE, 0), actor: BOB },
  ];
}

function advancing(run: Run): readonly Ask[] {
  const { attempt, stage } = run;
  const advance = (name: string, facts: typeof GOOD_FACTS, changes: Partial<WindowRef> = {}, after_ms = 0): Ask => ({
    name,
    command: { do: "advance", attempt, stage, facts, ...changes },
    after_ms,
  });
  const late = [
    advance("advance after a minute", GOOD_FACTS, {}, MINUTE_MS),
    advance("advance on an old pass", GOOD_FACTS, {}, 60 * MINUTE_MS),
  ];
  return [
    advance("advance", GOOD_FACTS),
    advance("advance without space", NO_SPACE),
    advance("advance what is corrupt", CORRUPT),
    advance("advance from another stage", GOOD_FACTS, { stage: stage + 1 }),
    advance("advance another attempt", GOOD_FACTS, { attempt: attempt + 1 }),
    ...(isWatching(run) ? late : []),
  ];
}

function freezing(run: Run): readonly Ask[] {
  const { window, plan, baseline } = run;
  if (window === undefined) return [];
  const at = { attempt: run.attempt, stage: run.stage, window: window.number };
  const freeze = (
    counts: Counts,
    after_ms: number,
    ofBaseline: Counts,
    changes: Partial<WindowRef> = {},
  ): Omit<Ask, "name"> => {
    const frozen = window.opened_unix_ms + after_ms;
    const both =
      baseline !== undefined && hasConcurrentBaseline(run)
        ? { baseline: snapshotOf(run, baseline, ofBaseline, frozen) }
        : {};
    return {
      command: { do: "freeze", ...at, candidate: snapshotOf(run, run.target, counts, frozen), ...both, ...changes },
      after_ms,
    };
  };
  const pass: Ask = { name: "freeze a pass", ...freeze(PASSING, MINUTE_MS, PASSING), expected: "pass" };
  // What is frozen stays so, whatever it is frozen with.
  if (run.phase === "frozen") return [pass];
  return [
    pass,
    { name: "freeze a breach", ...freeze(FAILING, MINUTE_MS, PASSING), expected: "fail" },
    { name: "freeze an early breach", ...freeze({ ok: 0, failed: 11 }, 0, PASSING), expected: "fail" },
    { name: "freeze too little", ...freeze(TOO_FEW, MINUTE_MS, PASSING), expected: "hold" },
    { name: "freeze in the dwell", ...freeze(PASSING, 0, PASSING), expected: run.dwell_waived ? "pass" : "hold" },
    {
      name: "freeze too little at the deadline",
      ...freeze(TOO_FEW, plan.policy.max_window_ms, PASSING),
      expected: "hold",
    },
    {
      name: "freeze a poor baseline",
      ...freeze(PASSING, MINUTE_MS, TOO_FEW),
      expected: hasConcurrentBaseline(run) ? "hold" : "pass",
    },
    { name: "freeze the next window", ...freeze(PASSING, MINUTE_MS, PASSING, { window: window.number + 1 }) },
    { name: "freeze another attempt", ...freeze(PASSING, MINUTE_MS, PASSING, { attempt: run.attempt + 1 }) },
    { name: "freeze another stage", ...freeze(PASSING, MINUTE_MS, PASSING, { stage: run.stage + 1 }) },
    {
      name: "freeze another release",
      command: { do: "freeze", ...at, candidate: snapshotOf(run, releaseFor("other"), PASSING, window.opened_unix_ms) },
    },
  ];
}

function judging(explorer: Explorer, run: Run): readonly Ask[] {
  const judge = judgeOf(explorer, run);
  if (judge.do !== "judge") return [];
  return [
    { name: "judge", command: judge },
    { name: "judge other bytes", command: { ...judge, candidate: new Uint8Array() } },
    { name: "judge the next window", command: { ...judge, window: judge.window + 1 } },
  ];
}
