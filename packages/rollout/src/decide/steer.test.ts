import { describe, expect, it } from "vitest";
import type { Role } from "../plan/plan.ts";
import {
  ALICE,
  BOB,
  CAROL,
  digestFor,
  FAILING,
  GOOD_FACTS,
  MINUTE_MS,
  PASSING,
  planFor,
  TOO_FEW,
  World,
} from "../rollout.test-helper.ts";
import type { Command } from "./command.ts";

const PAUSE: Command = { do: "pause", reason: "lunch" };
const RESUME: Command = { do: "resume" };
const PROMOTE: Command = { do: "promote" };

const twoRoles = planFor({
  policy: {
    approvals: [
      { role: "release_owner", environments: ["dev"] },
      { role: "security_reviewer", environments: ["dev", "prod"] },
    ],
  },
});

function approveOf(world: World, role: Role): Extract<Command, { do: "approve" }> {
  const { target, policy_bundle_hash } = world.run;
  return { do: "approve", role, signs_off: { release: target.release, policy_bundle_hash } };
}

describe("a pause", () => {
  it("keeps a rollout from going on, and windows from being left unjudged", () => {
    const world = new World().start(planFor()).advance();
    world.apply(PAUSE);
    world.window(PASSING);
    expect(world.refusal(world.advanceOf()).code).toBe("paused");
    world.apply(RESUME);
    expect(world.advance().run.stage).toBe(1);
  });

  it("is said once, with its reason", () => {
    const world = new World().start(planFor());
    world.apply(PAUSE);
    expect(world.run.paused).toEqual({ since_unix_ms: world.now_unix_ms, reason: "lunch" });
    expect(world.refusal(PAUSE).code).toBe("paused");
  });

  it("keeps nobody from a rollback: a window that fails is rolled back all the same", () => {
    const world = new World().start(planFor()).advance();
    world.apply(PAUSE);
    expect(world.window(FAILING).run.phase).toBe("rolling_back");
  });

  it("has no place in a rollback, nor has its end", () => {
    const world = new World().start(planFor()).advance().window(FAILING);
    for (const command of [PAUSE, RESUME, PROMOTE, approveOf(world, "release_owner")])
      expect(world.refusal(command).code, command.do).toBe("rolling_back");
  });

  it("needs an open rollout", () => {
    for (const command of [PAUSE, RESUME, PROMOTE]) expect(new World().refusal(command).code).toBe("no_rollout");
    expect(new World().start(planFor()).refusal(RESUME).code).toBe("not_paused");
  });
});

describe("a resume", () => {
  it("lets a hold begin anew", () => {
    const world = new World().start(planFor()).advance().window(TOO_FEW);
    expect(world.run.held?.code).toBe("too_few_samples");
    world.apply(RESUME);
    expect(world.run.held).toBeUndefined();
    world.window(TOO_FEW);
    expect(world.run.held?.since_unix_ms).toBe(world.now_unix_ms);
  });
});

describe("an approval", () => {
  it("is needed by role before the first key gets the release, and never at the start", () => {
    const world = new World().start(twoRoles);
    world.advance();
    expect(world.run).toMatchObject({ phase: "ready", held: { code: "preflight_failed" } });
    world.apply(approveOf(world, "release_owner"), ALICE);
    expect(world.refusal(world.advanceOf()).detail).toBe("approvals_missing");
    world.apply(approveOf(world, "security_reviewer"), BOB);
    expect(world.advance().run.stage).toBe(0);
  });

  it("of one person fills one role, and a role is filled once", () => {
    const world = new World().start(twoRoles);
    world.apply(approveOf(world, "release_owner"), ALICE);
    expect(world.refusal(approveOf(world, "security_reviewer"), ALICE).code).toBe("person_has_role");
    expect(world.refusal(approveOf(world, "release_owner"), BOB).code).toBe("role_filled");
    expect(world.refusal(approveOf(world, "on_call"), BOB).code).toBe("role_not_needed");
  });

  it("of somebody who asked to skip the stages in another role is refused", () => {
    const world = new World().start(twoRoles);
    world.apply(approveOf(world, "security_reviewer"), CAROL);
    world.apply(approveOf(world, "release_owner"), ALICE);
    expect(world.refusal({ do: "override", role: "on_call", reason: "", facts: GOOD_FACTS }, ALICE).code).toBe(
      "person_has_role",
    );
    const other = new World().start(planFor({ policy: twoRoles.policy }));
    other.apply(approveOf(other, "release_owner"), ALICE);
    other.apply(approveOf(other, "security_reviewer"), CAROL);
    other.apply({ do: "override", role: "on_call", reason: "", facts: GOOD_FACTS }, BOB);
    expect(other.run.override_requested).toEqual({ role: "on_call", actor: BOB });
  });

  it("tells the same name in two places apart", () => {
    const world = new World().start(twoRoles);
    world.apply(approveOf(world, "release_owner"), ALICE);
    expect(world.apply(approveOf(world, "security_reviewer"), { kind: "token", id: "alice" }).outcome).toBe("decided");
  });

  it("is compared with what the rollout has, not with what it says of itself", () => {
    const world = new World().start(twoRoles);
    const { signs_off } = approveOf(world, "release_owner");
    for (const changed of [{ release: digestFor("other") }, { policy_bundle_hash: digestFor("other") }])
      expect(
        world.refusal({ do: "approve", role: "release_owner", signs_off: { ...signs_off, ...changed } }).code,
      ).toBe("approval_differs");
  });

  it("of one attempt is not one of the next", () => {
    const world = new World().start(twoRoles);
    world.apply(approveOf(world, "release_owner"), ALICE);
    world.abort().revalidate(twoRoles.manifest);
    world.apply({ do: "retry", profile: world.profile(), facts: GOOD_FACTS });
    expect(world.run.approvals).toEqual([]);
    expect(world.refusal({ do: "judge", attempt: 1, stage: 0, window: 0, candidate: new Uint8Array() }).code).toBe(
      "not_frozen",
    );
  });
});

describe("a promotion", () => {
  it("ends a pause and nothing else", () => {
    const world = new World().start(planFor()).advance();
    world.apply(PAUSE);
    world.apply(PROMOTE);
    expect(world.run.paused).toBeUndefined();
    expect(world.refusal(world.advanceOf()).code).toBe("stage_not_passed");
  });

  it("ends the dwell of a stage, and then the window may pass before it, with all its samples", () => {
    const world = new World().start(planFor()).advance();
    world.apply(PROMOTE);
    world.freeze(PASSING).judge();
    expect(world.run.passed_since_unix_ms).toBe(world.now_unix_ms);
    world.advance();
    expect(world.run.dwell_waived).toBe(false);
    expect(world.freeze(PASSING).judge().run.held?.code).toBe("dwell_unmet");
  });

  it("gives no evidence: a window with too few samples holds all the same", () => {
    const world = new World().start(planFor()).advance();
    world.apply(PROMOTE);
    expect(world.freeze(TOO_FEW).judge().run.held?.code).toBe("too_few_samples");
  });

  it("is refused where nothing dwells: twice, after the dwell, before the first stage and in the watch", () => {
    const world = new World().start(planFor({ weights: [10_000] }));
    expect(world.refusal(PROMOTE).code).toBe("nothing_to_promote");
    world.advance().wait(MINUTE_MS);
    expect(world.refusal(PROMOTE).code).toBe("nothing_to_promote");
    world.wait(-MINUTE_MS).apply(PROMOTE);
    expect(world.refusal(PROMOTE).code).toBe("nothing_to_promote");
    world.freeze(PASSING);
    expect(world.refusal(PROMOTE).code).toBe("nothing_to_promote");
    world.judge().advance();
    expect(world.refusal(PROMOTE).code).toBe("nothing_to_promote");
  });
});
