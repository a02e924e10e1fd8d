import { describe, expect, it } from "vitest";
import { agenda, type Evidence } from "./agenda.ts";
import type { WindowProgress } from "./metrics/window.ts";
import {
  ALICE,
  digestFor,
  FAILING,
  GOOD_FACTS,
  MINUTE_MS,
  MONDAY_UNIX_MS,
  PASSING,
  planFor,
  TOO_FEW,
  World,
  worldWithStable,
} from "./rollout.test-helper.ts";

const exposed = () => new World().start(planFor()).advance();
const compared = () =>
  worldWithStable()
    .start(planFor({ baseline: "committed" }))
    .advance();
const watching = () =>
  new World()
    .start(planFor({ weights: [10_000] }))
    .advance()
    .window(PASSING)
    .advance();

const NONE: WindowProgress = { total: 0, failed: 0 };
const FULL: WindowProgress = { total: 1_000, failed: 0 };
const counted = (candidate: WindowProgress, baseline?: WindowProgress): Evidence => ({
  source: "counted",
  candidate,
  ...(baseline === undefined ? {} : { baseline }),
});

function step(world: World, evidence?: Evidence, after_ms = 0) {
  return agenda(world.state, evidence, world.now_unix_ms + after_ms);
}

describe("what is to be done", () => {
  it("is nothing where no rollout is open", () => {
    expect(step(new World())).toEqual({ do: "nothing" });
    expect(step(exposed().abort())).toEqual({ do: "nothing" });
  });

  it("is to begin, once everybody has approved and prod may change", () => {
    expect(step(new World().start(planFor()))).toEqual({ do: "advance" });
    const approvals = [{ role: "on_call", environments: ["staging", "prod"] }];
    const maintenance_windows = [{ weekdays: [1], start_minute: 0, duration_minutes: 60 }];
    const plan = planFor({ environments: ["staging", "prod"], policy: { approvals, maintenance_windows } });
    const promoted_from = { environment: "staging", manifest: plan.manifest, pointer: digestFor("p") } as const;
    const world = new World("default/prod/shop").start(plan, { ...GOOD_FACTS, promoted_from });
    expect(step(world)).toEqual({ do: "wait", reason: "approvals" });
    const { target, policy_bundle_hash } = world.run;
    world.apply({ do: "approve", role: "on_call", signs_off: { release: target.release, policy_bundle_hash } }, ALICE);
    expect(step(world)).toEqual({ do: "advance" });
    expect(step(world, undefined, 60 * MINUTE_MS)).toEqual({
      do: "wait",
      reason: "maintenance",
      until_unix_ms: MONDAY_UNIX_MS + 7 * 24 * 60 * MINUTE_MS,
    });
  });

  it("is to judge what is frozen, whatever else there is", () => {
    const world = exposed().freeze(PASSING);
    expect(step(world, counted(NONE), 1_000 * MINUTE_MS)).toEqual({ do: "judge" });
  });

  it("is to prove health after a rollback, and to give up when that lasts too long", () => {
    const world = exposed().window(FAILING);
    expect(step(world)).toEqual({ do: "verify_rollback" });
    expect(step(world, undefined, 120 * MINUTE_MS + 1)).toEqual({ do: "abort", code: "hold_outlasted" });
  });

  it("is to go on as soon as a window passed", () => {
    expect(step(exposed().window(PASSING), counted(NONE))).toEqual({ do: "advance" });
  });

  it("takes no time from a clock that is behind the last record", () => {
    expect(step(exposed(), counted(FULL), -MINUTE_MS)).toEqual(step(exposed(), counted(FULL)));
  });
});

describe("a window is frozen", () => {
  it("when both arms have their samples and the dwell is over, not before", () => {
    expect(step(exposed(), counted(FULL), MINUTE_MS)).toEqual({ do: "freeze", why: "complete" });
    expect(step(exposed(), counted(FULL), MINUTE_MS - 1)).toEqual({ do: "wait", reason: "evidence" });
    expect(step(exposed(), counted({ total: 999, failed: 0 }), MINUTE_MS)).toEqual({ do: "wait", reason: "evidence" });
    expect(step(compared(), counted(FULL, FULL), MINUTE_MS)).toEqual({ do: "freeze", why: "complete" });
    expect(step(compared(), counted(FULL, NONE), MINUTE_MS)).toEqual({ do: "wait", reason: "evidence" });
    expect(step(compared(), counted(FULL), MINUTE_MS)).toEqual({ do: "wait", reason: "evidence" });
  });

  it("without its dwell when somebody ended that", () => {
    const world = exposed();
    world.apply({ do: "promote" });
    expect(step(world, counted(FULL))).toEqual({ do: "freeze", why: "complete" });
  });

  it("at once when it has failed for certain, before anything else is thought of", () => {
    const breached = counted({ total: 11, failed: 11 });
    expect(step(exposed(), breached)).toEqual({ do: "freeze", why: "failing" });
    expect(step(exposed(), counted({ total: 11, failed: 10 }))).toEqual({ do: "wait", reason: "evidence" });
    expect(step(exposed().window(PASSING), breached)).toEqual({ do: "freeze", why: "failing" });
    const paused = exposed();
    paused.apply({ do: "pause", reason: "" });
    expect(step(paused, breached, 1_000 * MINUTE_MS)).toEqual({ do: "freeze", why: "failing" });
  });

  it("and what is frozen because it failed for certain is judged to have failed", () => {
    expect(exposed().freeze({ ok: 0, failed: 11 }).judge().run.phase).toBe("rolling_back");
    expect(exposed().freeze({ ok: 0, failed: 10 }).judge().run.phase).toBe("exposed");
  });

  it("at its deadline, with what it has", () => {
    expect(step(exposed(), counted(NONE), 30 * MINUTE_MS)).toEqual({ do: "freeze", why: "deadline" });
    expect(step(exposed(), counted(NONE), 30 * MINUTE_MS - 1)).toEqual({ do: "wait", reason: "evidence" });
  });

  it("at its deadline also where an earlier window passed and only a preflight keeps it from going on", () => {
    const world = exposed()
      .window(PASSING)
      .advance({ ...GOOD_FACTS, free_bytes: 0 });
    expect(step(world, counted(NONE), 30 * MINUTE_MS - 1)).toEqual({ do: "advance" });
    expect(step(world, counted(NONE), 30 * MINUTE_MS)).toEqual({ do: "freeze", why: "deadline" });
  });

  it("at once when its counters do not add up any more, because that fails", () => {
    expect(step(exposed(), { source: "overflowed" })).toEqual({ do: "freeze", why: "failing" });
  });

  it("when it had observations and then fell silent, in either arm", () => {
    const world = compared();
    const last = (total: number) => ({ total, failed: 0, last_unix_ms: world.now_unix_ms });
    expect(step(world, counted(last(5), last(5)), 10 * MINUTE_MS)).toEqual({ do: "wait", reason: "evidence" });
    expect(step(world, counted(last(5), last(5)), 10 * MINUTE_MS + 1)).toEqual({ do: "freeze", why: "stale" });
    expect(step(world, counted(NONE, last(5)), 10 * MINUTE_MS + 1)).toEqual({ do: "freeze", why: "stale" });
    expect(step(world, counted(NONE, NONE), 10 * MINUTE_MS + 1)).toEqual({ do: "wait", reason: "evidence" });
  });

  it("when its counters cannot be read for too long, counted from its opening at the earliest", () => {
    const world = exposed();
    const since = (ago_ms: number): Evidence => ({ source: "unreachable", since_unix_ms: world.now_unix_ms - ago_ms });
    expect(step(world, since(60 * MINUTE_MS), 10 * MINUTE_MS)).toEqual({ do: "wait", reason: "evidence" });
    expect(step(world, since(60 * MINUTE_MS), 10 * MINUTE_MS + 1)).toEqual({ do: "freeze", why: "unreachable" });
  });

  it("at the latest one silence after its deadline, however often somebody begins to count anew", () => {
    const world = exposed();
    const justNow = (after_ms: number): Evidence => ({
      source: "unreachable",
      since_unix_ms: world.now_unix_ms + after_ms,
    });
    expect(step(world, justNow(39 * MINUTE_MS), 39 * MINUTE_MS)).toEqual({ do: "wait", reason: "evidence" });
    expect(step(world, justNow(40 * MINUTE_MS), 40 * MINUTE_MS)).toEqual({ do: "freeze", why: "unreachable" });
  });

  it("also while it is paused, so that gates go on being judged", () => {
    const world = exposed();
    world.apply({ do: "pause", reason: "" });
    expect(step(world, counted(NONE), MINUTE_MS)).toEqual({ do: "wait", reason: "paused" });
    expect(step(world, counted(FULL), MINUTE_MS)).toEqual({ do: "freeze", why: "complete" });
  });
});

describe("the watch", () => {
  it("is waited for, with windows that go on, and then committed on a fresh pass", () => {
    const world = watching().window(PASSING);
    const until_unix_ms = world.run.stage_entered_unix_ms + 2 * MINUTE_MS;
    expect(step(world, counted(NONE))).toEqual({ do: "wait", reason: "watch", until_unix_ms });
    expect(step(world, counted(NONE), MINUTE_MS)).toEqual({ do: "advance" });
    expect(step(world, counted(NONE), 11 * MINUTE_MS + 1)).toEqual({ do: "wait", reason: "evidence" });
    expect(step(world, counted(FULL), 11 * MINUTE_MS + 1)).toEqual({ do: "freeze", why: "complete" });
  });
});

it("a window that is complete is judged before anybody goes on with what an earlier one said", () => {
  expect(step(watching().window(PASSING), counted(FULL), MINUTE_MS)).toEqual({ do: "freeze", why: "complete" });
  expect(step(exposed().window(PASSING), counted(FULL), MINUTE_MS)).toEqual({ do: "freeze", why: "complete" });
});

describe("every wait ends", () => {
  const HOLD = 120 * MINUTE_MS;
  const PREFLIGHT_FAILS = { ...GOOD_FACTS, free_bytes: 0 };
  const waits: readonly (readonly [string, () => World])[] = [
    ["before the first stage", () => new World().start(planFor())],
    ["for evidence that holds", () => exposed().window(TOO_FEW)],
    ["in a pause", () => paused(exposed())],
    ["for a preflight that fails", () => exposed().window(PASSING).advance(PREFLIGHT_FAILS)],
    [
      "for a preflight that fails after the watch",
      () => watching().window(PASSING).window(PASSING).advance(PREFLIGHT_FAILS).window(PASSING),
    ],
    ["with a passed stage that nothing lets go on", () => paused(exposed().window(PASSING))],
    ["for a proof of health", () => exposed().window(FAILING)],
  ];
  for (const [name, make] of waits)
    it(`${name}, with an abort`, () => {
      const world = make();
      expect(step(world, counted(NONE), HOLD + 1)).toEqual({ do: "abort", code: "hold_outlasted" });
      world.wait(HOLD + 1).apply({ do: "abort", code: "hold_outlasted", reason: "" });
      expect(world.state.run?.outcome).toMatchObject({ final_status: "failed", failure_code: "hold_outlasted" });
    });

  function paused(world: World): World {
    world.apply({ do: "pause", reason: "" });
    return world;
  }

  it("counted from the earliest of what keeps it", () => {
    const world = exposed()
      .window(TOO_FEW)
      .wait(60 * MINUTE_MS);
    expect(step(paused(world), counted(NONE), 60 * MINUTE_MS + 1).do).toBe("abort");
  });
});
