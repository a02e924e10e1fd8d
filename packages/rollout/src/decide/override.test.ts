import { describe, expect, it } from "vitest";
import type { Role } from "../plan/plan.ts";
import { readDeploymentReport } from "../reports/deployment-report.ts";
import {
  ALICE,
  BOB,
  CAROL,
  digestFor,
  FAILING,
  GOOD_FACTS,
  PASSING,
  planFor,
  TOO_FEW,
  World,
} from "../rollout.test-helper.ts";
import { lastCommit } from "../state.ts";
import type { Override } from "./command.ts";

const GOOD_PROGRESS = { total: 10, failed: 0 };

function overrideOf(role: Role, changes: Partial<Override> = {}): Override {
  return { do: "override", role, reason: "it cannot wait", facts: GOOD_FACTS, progress: GOOD_PROGRESS, ...changes };
}

const exposed = () => new World().start(planFor()).advance();

function overridden(world: World): World {
  world.apply(overrideOf("release_owner"), ALICE);
  world.apply(overrideOf("on_call"), BOB);
  return world;
}

describe("skipping the stages that are left", () => {
  it("takes the release owner and the on-call, two persons, in any order", () => {
    for (const [first, second] of [
      ["release_owner", "on_call"],
      ["on_call", "release_owner"],
    ] as const) {
      const world = exposed();
      world.apply(overrideOf(first), ALICE);
      expect(world.run).toMatchObject({
        stage: 0,
        weight_bp: 1_000,
        override_requested: { role: first, actor: ALICE },
      });
      expect(world.refusal(overrideOf(second), ALICE).code).toBe("person_has_role");
      expect(world.refusal(overrideOf(first), BOB).code).toBe("role_filled");
      expect(world.refusal(overrideOf("security_reviewer"), BOB).code).toBe("override_role");
      world.apply(overrideOf(second), BOB);
      expect(world.run).toMatchObject({ stage: 2, weight_bp: 10_000, overridden: true });
    }
  });

  it("is recorded with actor, role and reason, and stands in the report and the commit", () => {
    const world = overridden(exposed());
    const last = world.records.at(-1)?.record;
    expect(last).toMatchObject({
      actor: BOB,
      body: { action: "overridden", role: "on_call", reason: "it cannot wait" },
    });
    world.window(PASSING).window(PASSING).advance();
    expect(lastCommit(world.state)?.overridden).toBe(true);
    const report = world.objects.get(world.state.run?.outcome?.deployment_report ?? digestFor(""));
    expect(readDeploymentReport(report ?? new Uint8Array()).overridden).toBe(true);
  });

  it("does not skip the watch: nothing is committed before it passed", () => {
    const world = overridden(exposed());
    expect(world.refusal(world.advanceOf()).code).toBe("stage_not_passed");
    expect(world.refusal(overrideOf("on_call"), CAROL).code).toBe("nothing_to_promote");
    expect(world.window(FAILING).run.phase).toBe("rolling_back");
  });

  it("gains a stage on missing evidence, by two names, and never on a breached window", () => {
    expect(overridden(exposed().window(TOO_FEW)).run.stage).toBe(2);
    const breached = exposed();
    for (const progress of [undefined, { total: 11, failed: 11 }]) {
      const { progress: _, ...rest } = overrideOf("on_call");
      const override = progress === undefined ? rest : { ...rest, progress };
      expect(breached.refusal(override).code).toBe("override_breached");
    }
  });

  it("is refused between the breach that is found and the second name", () => {
    const world = exposed();
    world.apply(overrideOf("release_owner"), ALICE);
    expect(world.refusal(overrideOf("on_call", { progress: { total: 11, failed: 11 } }), BOB).code).toBe(
      "override_breached",
    );
    world.window(FAILING);
    expect(world.refusal(overrideOf("on_call"), BOB).code).toBe("rolling_back");
  });

  it("is refused in every attempt after one that was breached", () => {
    const world = exposed().window(FAILING).verify().revalidate(planFor().manifest);
    world.apply({ do: "retry", profile: world.profile(), facts: GOOD_FACTS });
    expect(world.refusal(overrideOf("on_call")).code).toBe("override_breached");
    expect(
      world.abort().revalidate(planFor().manifest).apply({ do: "retry", profile: world.profile(), facts: GOOD_FACTS })
        .outcome,
    ).toBe("decided");
    expect(world.refusal(overrideOf("on_call")).code).toBe("override_breached");
    expect(
      world.advance().window(PASSING).advance().window(PASSING).advance().window(PASSING).window(PASSING).advance()
        .state.committed,
    ).toHaveLength(1);
  });

  it("is allowed to a new rollout: another plan is another judgement", () => {
    const world = exposed().window(FAILING).verify().revalidate(planFor().manifest);
    world.start(planFor());
    expect(overridden(world).run.stage).toBe(2);
  });

  it("never gets past a preflight, an approval or the order of environments", () => {
    const world = exposed();
    for (const facts of [
      { ...GOOD_FACTS, artifact: "corrupt" },
      { ...GOOD_FACTS, signature: "invalid" },
    ] as const) {
      const refusal = world.refusal(overrideOf("on_call", { facts }));
      expect(refusal.code).toBe("preflight_failed");
      expect(refusal.preflight?.stage).toBe(2);
    }
    const approvals = [{ role: "security_reviewer", environments: ["dev"] }];
    const unapproved = new World().start(planFor({ policy: { approvals } }));
    expect(unapproved.refusal(overrideOf("on_call")).detail).toBe("approvals_missing");
    const plan = planFor({ environments: ["dev", "staging"] });
    const promoted_from = { environment: "dev", manifest: plan.manifest, pointer: digestFor("pointer") } as const;
    const staging = new World("default/staging/shop").start(plan, { ...GOOD_FACTS, promoted_from });
    expect(staging.refusal(overrideOf("on_call")).detail).toBe("environment_order");
  });

  it("waits for a verdict that is due", () => {
    expect(exposed().freeze(PASSING).refusal(overrideOf("on_call")).code).toBe("frozen");
    expect(new World().refusal(overrideOf("on_call")).code).toBe("no_rollout");
  });
});
