import { describe, expect, it } from "vitest";
import { planObject } from "../plan/plan-objects.ts";
import { PREFLIGHT_CHECKS } from "../preflight/preflight.ts";
import { readPreflightReport } from "../preflight/preflight-report.ts";
import { readDeploymentReport } from "../reports/deployment-report.ts";
import {
  digestFor,
  FAILING,
  GOOD_FACTS,
  PASSING,
  planFor,
  releaseFor,
  sha256,
  World,
  worldWithStable,
} from "../rollout.test-helper.ts";
import { activeRun, lastCommit } from "../state.ts";
import { readTrace } from "../trace/read-trace.ts";
import type { Command } from "./command.ts";

const against = (changes = {}) => planFor({ baseline: "committed", ...changes });
const NOTHING_MISSING = { ...GOOD_FACTS, free_bytes: 0 };

function retryOf(world: World, facts = GOOD_FACTS): Command {
  return { do: "retry", profile: world.profile(), facts };
}

function undoOf(world: World, plan = planFor(), facts = GOOD_FACTS): Command {
  return { do: "undo", release: plan.release, plan, profile: world.profile(), facts };
}

describe("a start", () => {
  it("is refused while another rollout is open", () => {
    expect(new World().start(planFor()).refusal(new World().startOf(planFor())).code).toBe("rollout_open");
  });

  it("is refused in a stream of another blueprint, of another environment, and in that of the system", () => {
    for (const stream of ["default/dev/other", "default/prod/shop", "default/moon/shop", "system"])
      expect(new World(stream).refusal(new World().startOf(planFor())).code, stream).toBe("blueprint_differs");
  });

  it("is refused for a release or a manifest that the plan does not name", () => {
    const world = new World();
    const { release, manifest } = planFor();
    const artifact = digestFor("artifact");
    for (const target of [
      { ...releaseFor("other"), manifest },
      { release, manifest: digestFor("other"), artifact },
    ])
      expect(world.refusal(world.startOf(planFor(), GOOD_FACTS, target)).code).toBe("release_differs");
  });

  it("is refused for what everybody gets already", () => {
    const world = new World().commit(planFor());
    expect(world.refusal(world.startOf(against())).code).toBe("already_committed");
  });

  it("compares with the committed release unless there is none, and says what does not fit", () => {
    const first = new World();
    expect(first.refusal(first.startOf(against())).code).toBe("baseline_missing");
    expect(first.refusal(first.startOf(planFor({ baseline: releaseFor("old").release }))).code).toBe(
      "baseline_missing",
    );
    const next = worldWithStable();
    expect(next.refusal(next.startOf(planFor())).code).toBe("baseline_needed");
    expect(next.refusal(next.startOf(planFor({ baseline: digestFor("other") }))).code).toBe("baseline_differs");
    expect(next.start(planFor({ baseline: releaseFor("old").release })).run.baseline).toEqual(
      lastCommit(next.state)?.target,
    );
  });
});

describe("a preflight that fails at the start", () => {
  const world = new World();
  const decided = world.apply(world.startOf(planFor(), NOTHING_MISSING));

  it("leaves a header and its end, and no rollout", () => {
    expect(world.records.map(({ record }) => record.type)).toEqual(["run_header", "run_end"]);
    expect(activeRun(world.state)).toBeUndefined();
    expect(world.state.run?.outcome).toMatchObject({ final_status: "failed", failure_code: "preflight_failed" });
  });

  it("ends with the failure record: t, code, operator, replay token and the least of diagnostics", () => {
    const [header, end] = world.records;
    if (end === undefined) throw new TypeError("no end");
    expect(end.record.body["failure"]).toEqual({
      t: 1,
      failure_code: "preflight_failed",
      failure_operator: "tau_edge.dev.Deploy.PreflightChecks_v1",
      replay_token: header?.record.body["replay_token"],
      diagnostics: "space_short",
    });
    expect(readTrace(end)).toMatchObject({ type: "run_end", final_status: "failed", t: 1 });
  });

  it("keeps the facts and the checks, and the report of the deployment", () => {
    const report = readPreflightReport(
      world.objects.get(world.state.run?.preflight_report ?? digestFor("")) ?? new Uint8Array(),
    );
    expect(report).toEqual(decided.preflight);
    expect(report.checks.filter(({ result }) => result === "fail")).toEqual([{ check: "space_short", result: "fail" }]);
    const deployment = world.state.run?.outcome?.deployment_report ?? digestFor("");
    expect(readDeploymentReport(world.objects.get(deployment) ?? new Uint8Array())).toMatchObject({
      status: "failed",
      failure_code: "preflight_failed",
      judgements: [],
    });
  });

  it("locks nothing, so that what was repaired may start again under the same name", () => {
    expect(world.state.lock).toBeUndefined();
    world.apply(retryOf(world));
    expect(world.run).toMatchObject({ rollout_id: "default~dev~shop~0", attempt: 2, phase: "ready" });
  });

  it("leaves a validation for the next start", () => {
    const locked = new World().start(planFor()).advance().abort().revalidate(planFor().manifest);
    locked.apply(retryOf(locked, NOTHING_MISSING));
    expect(locked.state.lock?.cleared).toBe(planFor().manifest);
    expect(locked.apply(retryOf(locked)).outcome).toBe("decided");
  });
});

describe("the order of environments", () => {
  const plan = planFor({ environments: ["staging", "prod"], baseline: "none" });
  const promoted = (environment: "dev" | "staging", manifest = plan.manifest) => ({
    ...GOOD_FACTS,
    promoted_from: { environment, manifest, pointer: digestFor("pointer") },
  });

  it("lets prod start only with the commit of the same manifest in the environment before", () => {
    for (const facts of [GOOD_FACTS, promoted("dev"), promoted("staging", digestFor("other"))]) {
      const world = new World("default/prod/shop");
      world.apply(world.startOf(plan, facts));
      expect(world.state.run?.outcome?.failure_code).toBe("preflight_failed");
    }
    const world = new World("default/prod/shop");
    expect(world.start(plan, promoted("staging")).run.phase).toBe("ready");
    const [header] = world.records;
    if (header === undefined) throw new TypeError("no header");
    expect(readTrace(header)).toMatchObject({ promoted_from: digestFor("pointer") });
  });

  it("lets prod go nowhere when the plan names nothing before it", () => {
    const world = new World("default/prod/shop");
    world.apply(world.startOf(planFor({ environments: ["prod"] }), promoted("staging")));
    expect(world.state.run?.outcome?.failure_code).toBe("preflight_failed");
  });
});

describe("after an abort or a rollback", () => {
  const after = [
    ["an abort", () => worldWithStable().start(against()).advance().abort()],
    ["a rollback", () => worldWithStable().start(against()).advance().rollBack()],
  ] as const;
  for (const [name, make] of after) {
    it(`nothing starts after ${name} before a validation passed for its manifest`, () => {
      const world = make();
      expect(world.refusal(world.startOf(against())).code).toBe("revalidation_required");
      expect(world.refusal(retryOf(world)).code).toBe("revalidation_required");
      world.revalidate(digestFor("another manifest"));
      expect(world.refusal(retryOf(world)).code).toBe("revalidation_required");
      world.revalidate(against().manifest, false);
      expect(world.refusal(retryOf(world)).code).toBe("revalidation_required");
      world.revalidate(against().manifest);
      world.apply(retryOf(world));
      expect(world.run.attempt).toBe(2);
      expect(world.state.lock).toBeUndefined();
    });

    it(`a validation that fails after one that passed locks again, after ${name}`, () => {
      const world = make().revalidate(against().manifest).revalidate(against().manifest, false);
      expect(world.refusal(retryOf(world)).code).toBe("revalidation_required");
    });
  }

  it("a validation is refused when nothing is locked, and while a rollout is open", () => {
    const validation: Command = {
      do: "revalidate",
      validation: "package",
      manifest: digestFor("m"),
      passed: true,
      report: digestFor("r"),
    };
    expect(new World().refusal(validation).code).toBe("not_locked");
    expect(new World().start(planFor()).refusal(validation).code).toBe("rollout_open");
  });
});

describe("a retry", () => {
  it("is refused while a rollout is open, after a success, after an undo, and where nothing ran", () => {
    const open = new World().start(planFor());
    expect(open.refusal(retryOf(open)).code).toBe("rollout_open");
    expect(new World().refusal(retryOf(new World())).code).toBe("nothing_to_retry");
    const committed = new World().commit(planFor());
    expect(committed.refusal(retryOf(committed)).code).toBe("nothing_to_retry");
    const undone = new World().commit(planFor({ to: releaseFor("old") })).commit(against());
    undone.apply(undoOf(undone, planFor({ to: releaseFor("old") })));
    undone.abort();
    expect(undone.refusal(retryOf(undone)).code).toBe("nothing_to_retry");
  });

  it("is the same plan and name with the next attempt, and begins from nothing", () => {
    const world = new World().start(planFor()).advance().window(PASSING).abort().revalidate(planFor().manifest);
    world.apply(retryOf(world));
    expect(world.run).toMatchObject({ attempt: 2, stage: -1, weight_bp: 0, judgements: [], approvals: [], t: 0 });
    expect(world.run.plan).toEqual(planFor());
  });

  it("asks again what a start asks", () => {
    const world = new World().start(planFor()).abort().revalidate(planFor().manifest);
    world.apply(retryOf(world, NOTHING_MISSING));
    expect(world.state.run).toMatchObject({ attempt: 2, phase: "ended" });
  });
});

describe("an undo", () => {
  const old = planFor({ to: releaseFor("old"), weights: [10_000] });
  const twoCommits = () => worldWithStable().commit(against());

  it("goes straight to the watch at full weight, with no baseline, and is committed after it", () => {
    const world = twoCommits();
    world.apply(undoOf(world, old));
    expect(world.run).toMatchObject({ kind: "undo", phase: "exposed", stage: 1, weight_bp: 10_000, attempt: 1 });
    expect(world.run.baseline).toBeUndefined();
    world.window(PASSING).window(PASSING).advance();
    expect(world.state.committed.map(({ kind, target }) => [kind, target.release])).toEqual([
      ["rollout", releaseFor("old").release],
      ["rollout", releaseFor("new").release],
      ["undo", releaseFor("old").release],
    ]);
  });

  it("is refused for what was never committed, for what is committed now, and under another plan", () => {
    const world = twoCommits();
    expect(world.refusal(undoOf(world, planFor({ to: releaseFor("other") }))).code).toBe("undo_unknown");
    expect(world.refusal(undoOf(world, against())).code).toBe("already_committed");
    expect(world.refusal(undoOf(world, planFor({ to: releaseFor("old") }))).code).toBe("evidence_differs");
    expect(world.start(against({ to: releaseFor("next") })).refusal(undoOf(world, old)).code).toBe("rollout_open");
  });

  it("needs no validation after a rollback, and leaves the lock as it is", () => {
    const world = twoCommits()
      .start(against({ to: releaseFor("next") }))
      .advance()
      .rollBack();
    const { lock } = world.state;
    world.apply(undoOf(world, old));
    expect(world.state.lock).toEqual(lock);
  });

  it("needs no order of environments, no approvals and no traffic, but sound objects", () => {
    const world = twoCommits();
    world.apply(undoOf(world, old, { ...GOOD_FACTS, artifact: "corrupt" }));
    expect(world.state.run).toMatchObject({ phase: "ended", outcome: { failure_code: "preflight_failed" } });
    expect(world.state.lock).toBeUndefined();
  });

  it("rolls back to what was committed when its own windows fail", () => {
    const world = twoCommits();
    world.apply(undoOf(world, old));
    world.window(FAILING);
    expect(world.run).toMatchObject({ phase: "rolling_back", weight_bp: 0, rollback: { to: releaseFor("new") } });
  });
});

describe("the header of a run", () => {
  it("carries the plan and the hashes of everything that it goes by", () => {
    const world = new World().start(planFor());
    const [header] = world.records;
    if (header === undefined) throw new TypeError("no header");
    const body = readTrace(header);
    expect(body).toMatchObject({
      type: "run_header",
      plan: planFor(),
      plan_hash: planObject(planFor(), sha256).digest,
    });
    if (body?.type !== "run_header") throw new TypeError("no header");
    for (const digest of [
      body.plan_hash,
      body.environment_profile_hash,
      body.deployment_policy_bundle_hash,
      body.preflight_report_hash,
    ])
      expect(world.objects.has(digest)).toBe(true);
  });

  it("names the release, its manifest and its artifact, so that none of them is swept away", () => {
    const world = new World();
    const decision = world.apply(world.startOf(planFor()));
    const { target } = world.run;
    expect(decision.names).toEqual(expect.arrayContaining([target.release, target.manifest, target.artifact]));
  });
});

it("the checks of a preflight are as many as there are codes", () => {
  const world = new World();
  const { preflight } = world.apply(world.startOf(planFor()));
  expect(preflight?.checks.map(({ check }) => check)).toEqual(Object.keys(PREFLIGHT_CHECKS));
});
