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
  TOO_FEW,
  World,
  worldWithStable,
} from "../rollout.test-helper.ts";
import type { Command, Refused } from "./command.ts";
import { REFUSALS, type RefusalCode } from "./refusals.ts";

const plan = planFor({ policy: { approvals: [{ role: "release_owner", environments: ["dev"] }] } });
const ready = () => new World().start(plan);
const exposed = () => new World().start(planFor()).advance();
const watching = () =>
  new World()
    .start(planFor({ weights: [10_000] }))
    .advance()
    .window(PASSING)
    .advance()
    .window(PASSING);
const approveOf = (world: World, changes = {}): Command => ({
  do: "approve",
  role: "release_owner",
  signs_off: { release: world.run.target.release, policy_bundle_hash: world.run.policy_bundle_hash },
  ...changes,
});
const overrideOf = (changes = {}): Command => ({
  do: "override",
  role: "on_call",
  reason: "",
  facts: GOOD_FACTS,
  progress: { total: 0, failed: 0 },
  ...changes,
});
const undoOf = (world: World, to = planFor()): Command => ({
  do: "undo",
  release: to.release,
  plan: to,
  profile: world.profile(),
  facts: GOOD_FACTS,
});
const verify: Command = { do: "verify_rollback", checks: [] };

/** One way to each refusal. */
const WAYS: { readonly [code in RefusalCode]: () => Refused } = {
  no_rollout: () => new World().refusal({ do: "promote" }),
  rollout_open: () => ready().refusal(ready().startOf(plan)),
  rollout_ended: () => ready().abort().refusal({ do: "abort", reason: "", code: "aborted" }),
  blueprint_differs: () => new World("default/dev/other").refusal(new World().startOf(plan)),
  release_differs: () => new World().refusal(new World().startOf(plan, GOOD_FACTS, releaseFor("other"))),
  already_committed: () => {
    const world = new World().commit(planFor());
    return world.refusal(undoOf(world));
  },
  baseline_needed: () => worldWithStable().refusal(worldWithStable().startOf(plan)),
  baseline_missing: () => new World().refusal(new World().startOf(planFor({ baseline: "committed" }))),
  baseline_differs: () =>
    worldWithStable().refusal(worldWithStable().startOf(planFor({ baseline: digestFor("other") }))),
  revalidation_required: () => ready().abort().refusal(ready().startOf(plan)),
  not_locked: () =>
    new World().refusal({
      do: "revalidate",
      validation: "package",
      manifest: plan.manifest,
      passed: true,
      report: digestFor("report"),
    }),
  maintenance_closed: () => {
    const maintenance_windows = [{ weekdays: [2], start_minute: 0, duration_minutes: 60 }];
    const world = new World("default/prod/shop");
    return world.refusal(
      world.startOf(planFor({ environments: ["staging", "prod"], policy: { maintenance_windows } })),
    );
  },
  preflight_failed: () => ready().refusal(overrideOf()),
  window_moved: () => exposed().refusal({ do: "advance", attempt: 1, stage: -1, facts: GOOD_FACTS }),
  evidence_incomplete: () => {
    const world = worldWithStable()
      .start(planFor({ baseline: "committed" }))
      .advance();
    const { baseline: _, ...alone } = world.freezeOf(PASSING);
    return world.refusal(alone);
  },
  evidence_differs: () => {
    const world = exposed().freeze(PASSING);
    return world.refusal({ ...world.judgeOf(), candidate: new Uint8Array() });
  },
  not_frozen: () => exposed().refusal({ do: "judge", attempt: 1, stage: 0, window: 0, candidate: new Uint8Array() }),
  frozen: () => exposed().freeze(PASSING).refusal(overrideOf()),
  stage_not_passed: () => {
    const world = exposed().window(TOO_FEW);
    return world.refusal(world.advanceOf());
  },
  watch_not_over: () => {
    const world = watching();
    return world.refusal(world.advanceOf());
  },
  evidence_old: () => {
    const world = watching().wait(60 * MINUTE_MS);
    return world.refusal(world.advanceOf());
  },
  paused: () => {
    const world = ready();
    world.apply({ do: "pause", reason: "" });
    return world.refusal(world.advanceOf());
  },
  not_paused: () => ready().refusal({ do: "resume" }),
  nothing_to_promote: () => ready().refusal({ do: "promote" }),
  role_not_needed: () => ready().refusal(approveOf(ready(), { role: "on_call" })),
  role_filled: () => {
    const world = ready();
    world.apply(approveOf(world), ALICE);
    return world.refusal(approveOf(world), BOB);
  },
  person_has_role: () => {
    const world = exposed();
    world.apply(overrideOf(), ALICE);
    return world.refusal(overrideOf({ role: "release_owner" }), ALICE);
  },
  approval_differs: () =>
    new World()
      .start(plan)
      .refusal(
        approveOf(ready(), { signs_off: { release: digestFor("other"), policy_bundle_hash: digestFor("other") } }),
      ),
  override_role: () => exposed().refusal(overrideOf({ role: "security_reviewer" })),
  override_breached: () => exposed().refusal(overrideOf({ progress: { total: 11, failed: 11 } })),
  undo_unknown: () => new World().refusal(undoOf(new World())),
  nothing_to_retry: () => new World().refusal({ do: "retry", profile: new World().profile(), facts: GOOD_FACTS }),
  not_rolling_back: () => exposed().refusal(verify),
  rolling_back: () => exposed().window(FAILING).refusal({ do: "pause", reason: "" }),
  rollback_unhealthy: () => {
    const world = exposed().window(FAILING);
    world.apply(verify);
    return world.refusal(verify);
  },
};

describe("every refusal", () => {
  for (const code of Object.keys(REFUSALS) as readonly RefusalCode[])
    it(`${code} can be met, and says what helps`, () => {
      const refusal = WAYS[code]();
      expect(refusal.code).toBe(code);
      expect(refusal.remedy).toBe(REFUSALS[code].remedy);
      expect(refusal.detail).not.toBe("");
    });
});
