import { describe, expect, it } from "vitest";
import {
  ALICE,
  BOB,
  digestFor,
  FAILING,
  GOOD_FACTS,
  MINUTE_MS,
  PASSING,
  planFor,
  releaseFor,
  sha256,
  World,
  worldWithStable,
} from "../rollout.test-helper.ts";
import { activeRun, lastCommit } from "../state.ts";
import type { Command } from "./command.ts";
import { decide } from "./decide.ts";
import { REFUSALS, type RefusalCode } from "./refusals.ts";

const plan = planFor({ policy: { approvals: [{ role: "release_owner", environments: ["dev"] }] } });
const { policy_bundle_hash } = new World().start(plan).run;
const approval: Command = {
  do: "approve",
  role: "release_owner",
  signs_off: { release: plan.release, policy_bundle_hash },
};

/** One stream in each phase. */
function worlds(): Record<string, World> {
  const ready = new World().start(plan);
  const exposed = new World().start(plan);
  exposed.apply(approval, ALICE);
  exposed.advance();
  const passed = new World().start(planFor()).advance().window(PASSING);
  const frozen = new World().start(planFor()).advance().wait(MINUTE_MS).freeze(PASSING);
  const watching = passedWatch();
  const rollingBack = new World().start(planFor()).advance().window(FAILING);
  return {
    empty: new World(),
    ready,
    exposed,
    passed,
    frozen,
    watching,
    rolling_back: rollingBack,
    rolled_back: new World().start(planFor()).advance().rollBack(),
    aborted: new World().start(planFor()).advance().abort(),
    committed: new World().commit(planFor()),
  };
}

function passedWatch(): World {
  return new World()
    .start(planFor({ weights: [10_000] }))
    .advance()
    .window(PASSING)
    .advance()
    .window(PASSING);
}

/** Each command in a form that a state of `worlds` accepts. */
function commands(world: World): readonly Command[] {
  const run = activeRun(world.state);
  const at = { attempt: run?.attempt ?? 1, stage: run?.stage ?? 0, window: run?.window?.number ?? 0 };
  const freeze: Command[] = run?.window === undefined ? [] : [world.freezeOf(PASSING)];
  return [
    world.startOf(plan),
    { do: "retry", profile: world.profile(), facts: GOOD_FACTS },
    { do: "undo", release: plan.release, plan, profile: world.profile(), facts: GOOD_FACTS },
    ...freeze,
    { do: "judge", ...at, candidate: new Uint8Array() },
    run === undefined ? { do: "advance", attempt: 1, stage: 0, facts: GOOD_FACTS } : world.advanceOf(),
    { do: "override", role: "on_call", reason: "", facts: GOOD_FACTS, progress: { total: 0, failed: 0 } },
    approval,
    { do: "pause", reason: "" },
    { do: "resume" },
    { do: "promote" },
    { do: "abort", reason: "", code: "aborted" },
    { do: "roll_back", trigger: "operator", reason: "" },
    { do: "verify_rollback", checks: [] },
    { do: "revalidate", validation: "v", manifest: plan.manifest, passed: true, report: digestFor("report") },
  ];
}

describe("a rollout", () => {
  it("goes through its stages and the watch, and is committed in one piece", () => {
    const world = new World().commit(planFor());
    expect(world.records.map(({ record }) => record.body["action"] ?? record.type)).toEqual([
      "run_header",
      ...["entered", "frozen", "judged"],
      ...["entered", "frozen", "judged"],
      ...["entered", "frozen", "judged", "frozen", "judged"],
      ...["prepare", "run_end", "finalize"],
    ]);
    expect(lastCommit(world.state)).toMatchObject({
      rollout_id: "default~dev~shop~0",
      attempt: 1,
      kind: "rollout",
      target: { release: releaseFor("new").release },
      overridden: false,
    });
    expect(world.state.run).toMatchObject({ phase: "ended", weight_bp: 10_000 });
    expect(activeRun(world.state)).toBeUndefined();
  });

  it("is named by its stream and the seq of its first record", () => {
    const world = worldWithStable();
    const seq = world.state.next_seq;
    expect(world.start(planFor({ baseline: "committed" })).run.rollout_id).toBe(`default~dev~shop~${seq}`);
  });

  it("counts its records by t without gaps, under one replay token", () => {
    const { records } = worldWithStable().commit(planFor({ baseline: "committed" }));
    const second = records.slice(records.findLastIndex(({ record }) => record.type === "run_header"));
    expect(second.map(({ record }) => record.body["t"])).toEqual(second.map((_, t) => t));
    expect(new Set(second.map(({ record }) => JSON.stringify(record.body["replay_token"]))).size).toBe(1);
  });

  it("decides the same from the same state, command and time", () => {
    const world = new World().start(planFor());
    const asked = { actor: BOB, now_unix_ms: world.now_unix_ms, sha256 };
    expect(decide(world.state, world.advanceOf(), asked)).toEqual(decide(world.state, world.advanceOf(), asked));
  });

  it("takes no time from a clock that is behind the last record", () => {
    const world = new World().start(planFor());
    const before = world.state.at_unix_ms;
    world.wait(-5 * MINUTE_MS).advance();
    expect(world.run.stage_entered_unix_ms).toBe(before);
  });
});

describe("every command in every phase", () => {
  for (const phase of Object.keys(worlds()))
    it(`is answered when the stream is ${phase}`, () => {
      const world = worlds()[phase];
      if (world === undefined) throw new TypeError(phase);
      for (const command of commands(world)) {
        const before = structuredClone(world.state);
        const decision = world.decide(command, BOB);
        expect(world.state, command.do).toEqual(before);
        if (decision.outcome === "refused") expect(Object.hasOwn(REFUSALS, decision.code), command.do).toBe(true);
        else expect(() => worlds()[phase]?.apply(command, BOB), command.do).not.toThrow();
      }
    });

  it("meets abort and roll back with acceptance wherever a rollout is open", () => {
    for (const [phase, world] of Object.entries(worlds())) {
      const open = activeRun(world.state) !== undefined;
      const abort = world.decide({ do: "abort", reason: "", code: "aborted" });
      const rollBack = world.decide({ do: "roll_back", trigger: "operator", reason: "" });
      expect([phase, abort.outcome, rollBack.outcome]).toEqual([
        phase,
        ...(open ? ["decided", "decided"] : ["refused", "refused"]),
      ]);
    }
  });
});

describe("a command that comes twice", () => {
  const twice: readonly (readonly [string, (world: World) => Command, World, RefusalCode])[] = [
    ["start", (world) => world.startOf(planFor()), new World(), "rollout_open"],
    ["advance", (world) => world.advanceOf(), new World().start(planFor()), "window_moved"],
    ["freeze", (world) => world.freezeOf(PASSING), new World().start(planFor()).advance(), "window_moved"],
    ["judge", (world) => world.judgeOf(), new World().start(planFor()).advance().freeze(PASSING), "not_frozen"],
    ["pause", () => ({ do: "pause", reason: "" }), new World().start(planFor()), "paused"],
    ["approve", () => approval, new World().start(plan), "role_filled"],
    ["abort", () => ({ do: "abort", reason: "", code: "aborted" }), new World().start(planFor()), "rollout_ended"],
  ];
  for (const [name, commandOf, world, code] of twice)
    it(`${name} is refused the second time`, () => {
      const command = commandOf(world);
      world.apply(command);
      expect(world.refusal(command).code).toBe(code);
    });

  it("roll back changes nothing the second time", () => {
    const world = new World().start(planFor()).advance();
    world.apply({ do: "roll_back", trigger: "operator", reason: "" });
    expect(world.apply({ do: "roll_back", trigger: "operator", reason: "again" }).drafts).toEqual([]);
  });
});
