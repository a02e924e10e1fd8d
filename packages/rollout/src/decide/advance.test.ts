import { describe, expect, it } from "vitest";
import { restoreCheckpoint } from "../checkpoint.ts";
import { lineageRoot } from "../hashes.ts";
import { readDeploymentReport } from "../reports/deployment-report.ts";
import {
  digestFor,
  FAILING,
  GOOD_FACTS,
  MINUTE_MS,
  MONDAY_UNIX_MS,
  PASSING,
  planFor,
  releaseFor,
  sha256,
  TOO_FEW,
  World,
  worldWithStable,
} from "../rollout.test-helper.ts";
import { lastCommit } from "../state.ts";
import { readTrace } from "../trace/read-trace.ts";

const NO_SPACE = { ...GOOD_FACTS, free_bytes: 0 };
const exposed = () => new World().start(planFor()).advance();
const watching = () =>
  new World()
    .start(planFor({ weights: [10_000] }))
    .advance()
    .window(PASSING)
    .advance();

describe("an advance", () => {
  it("raises the weight stage by stage, each with a preflight of its own", () => {
    const world = exposed();
    const weights = [world.run.weight_bp];
    world.window(PASSING).advance();
    weights.push(world.run.weight_bp);
    world.window(PASSING).advance();
    weights.push(world.run.weight_bp);
    expect(weights).toEqual([1_000, 5_000, 10_000]);
    const entered = world.records.filter(({ record }) => record.body["action"] === "entered");
    expect(new Set(entered.map(({ record }) => String(record.body["preflight_report_hash"]))).size).toBe(3);
  });

  it("is refused before a window of this stage passed, and after one that held", () => {
    const world = exposed();
    expect(world.refusal(world.advanceOf()).code).toBe("stage_not_passed");
    world.window(TOO_FEW);
    expect(world.refusal(world.advanceOf()).code).toBe("stage_not_passed");
    world.window(PASSING).advance();
    expect(world.refusal(world.advanceOf()).code).toBe("stage_not_passed");
  });

  it("is refused for another attempt or stage, while a window waits for its verdict, and while it is rolled back", () => {
    const world = exposed().window(PASSING);
    const { attempt, stage } = world.run;
    expect(world.refusal({ do: "advance", attempt: attempt + 1, stage, facts: GOOD_FACTS }).code).toBe("window_moved");
    expect(world.refusal({ do: "advance", attempt, stage: stage - 1, facts: GOOD_FACTS }).code).toBe("window_moved");
    expect(world.freeze(PASSING).refusal(world.advanceOf()).code).toBe("frozen");
    const failed = exposed().window(FAILING);
    expect(failed.refusal(failed.advanceOf()).code).toBe("rolling_back");
    expect(new World().refusal({ do: "advance", attempt, stage, facts: GOOD_FACTS }).code).toBe("no_rollout");
  });
});

describe("a preflight that fails on the way", () => {
  it("holds, is recorded once, and lets through when it is repaired", () => {
    const world = exposed().window(PASSING);
    world.advance(NO_SPACE);
    expect(world.run).toMatchObject({ stage: 0, held: { code: "preflight_failed", since_unix_ms: world.now_unix_ms } });
    const refusal = world.wait(MINUTE_MS).refusal(world.advanceOf(NO_SPACE));
    expect(refusal).toMatchObject({ code: "preflight_failed", detail: "space_short" });
    expect(refusal.preflight?.checks).toContainEqual({ check: "space_short", result: "fail" });
    expect(world.advance().run).toMatchObject({ stage: 1 });
    expect(world.run.held).toBeUndefined();
  });

  it("is not forgotten by windows that pass or hold meanwhile: max_hold counts from the first time", () => {
    const world = watching().window(PASSING).window(PASSING);
    world.advance(NO_SPACE);
    const held = { code: "preflight_failed", since_unix_ms: world.now_unix_ms };
    expect(world.window(PASSING).run.held).toEqual(held);
    expect(world.window(TOO_FEW).run.held).toEqual(held);
    expect(world.window(PASSING).run.held).toEqual(held);
    expect(world.refusal(world.advanceOf(NO_SPACE)).code).toBe("preflight_failed");
    world.advance();
    expect(world.state.committed).toHaveLength(1);
  });

  it("begins anew when somebody has looked", () => {
    const world = exposed().window(PASSING);
    world.advance(NO_SPACE).apply({ do: "resume" });
    world.wait(MINUTE_MS).advance(NO_SPACE);
    expect(world.run.held?.since_unix_ms).toBe(world.now_unix_ms);
  });
});

describe("maintenance windows", () => {
  /** Mondays from 06:00 to 08:00 UTC. */
  const maintenance_windows = [{ weekdays: [1], start_minute: 360, duration_minutes: 120 }];
  const plan = planFor({ environments: ["staging", "prod"], policy: { maintenance_windows } });
  const facts = {
    ...GOOD_FACTS,
    promoted_from: { environment: "staging", manifest: plan.manifest, pointer: digestFor("pointer") },
  } as const;
  const OPENS = MONDAY_UNIX_MS + 360 * MINUTE_MS;
  const CLOSES = OPENS + 120 * MINUTE_MS;
  const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;

  it("let prod start only while one is open, and say when the next one opens", () => {
    const world = new World("default/prod/shop");
    expect(world.refusal(world.startOf(plan, facts))).toMatchObject({
      code: "maintenance_closed",
      until_unix_ms: OPENS,
    });
    world.now_unix_ms = CLOSES;
    expect(world.refusal(world.startOf(plan, facts)).until_unix_ms).toBe(OPENS + WEEK_MS);
    world.now_unix_ms = CLOSES - 1;
    expect(world.start(plan, facts).run.phase).toBe("ready");
  });

  it("let prod gain a stage only while one is open, and never keep it from losing one", () => {
    const world = new World("default/prod/shop");
    world.now_unix_ms = CLOSES - 2 * MINUTE_MS;
    world.start(plan, facts).advance(facts).window(PASSING);
    world.now_unix_ms = CLOSES;
    expect(world.refusal(world.advanceOf(facts))).toMatchObject({
      code: "maintenance_closed",
      until_unix_ms: OPENS + WEEK_MS,
    });
    expect(world.window(FAILING).run.phase).toBe("rolling_back");
    expect(
      world.verify().revalidate(plan.manifest).refusal({ do: "retry", facts, profile: world.profile() }).code,
    ).toBe("maintenance_closed");
  });

  it("do not bind the commit, which exposes nothing more", () => {
    const world = new World("default/prod/shop");
    world.now_unix_ms = CLOSES - 5 * MINUTE_MS;
    world.start(plan, facts).advance(facts).window(PASSING).advance(facts).window(PASSING).advance(facts);
    world.window(PASSING).window(PASSING).window(PASSING);
    expect(world.now_unix_ms).toBeGreaterThanOrEqual(CLOSES);
    world.advance(facts);
    expect(world.state.committed).toHaveLength(1);
  });

  it("bind prod only", () => {
    expect(
      new World("default/staging/shop").start(planFor({ environments: ["staging"], policy: { maintenance_windows } }))
        .run.phase,
    ).toBe("ready");
  });
});

describe("the watch", () => {
  it("lasts, and ends only on a window that passed just now", () => {
    const world = watching();
    expect(world.refusal(world.advanceOf()).code).toBe("stage_not_passed");
    world.window(PASSING);
    const over = world.run.stage_entered_unix_ms + 2 * MINUTE_MS;
    expect(world.refusal(world.advanceOf())).toMatchObject({ code: "watch_not_over", until_unix_ms: over });
    world.window(PASSING).wait(11 * MINUTE_MS + 1);
    expect(world.refusal(world.advanceOf()).code).toBe("evidence_old");
    world.window(TOO_FEW);
    expect(world.refusal(world.advanceOf()).code).toBe("stage_not_passed");
    world.window(PASSING).advance();
    expect(world.state.committed).toHaveLength(1);
  });

  it("rolls back like any stage", () => {
    const world = watching().window(FAILING);
    expect(world.run.rollback).toMatchObject({ code: "error_rate_breached", weight_bp: 10_000 });
  });
});

describe("a commit", () => {
  const world = worldWithStable().commit(planFor({ baseline: "committed" }));
  const bodies = world.records.map((stored) => readTrace(stored));
  const commit = lastCommit(world.state);
  const finalize = bodies.at(-1);

  it("is PREPARE, the end and FINALIZE, which say the same", () => {
    const prepare = bodies.at(-3);
    if (prepare?.type !== "prepare" || finalize?.type !== "finalize") throw new TypeError("not committed");
    const { checkpoint_hash, trace_tail_hash, lineage_root_hash } = prepare;
    expect(finalize).toMatchObject({
      checkpoint_hash,
      trace_tail_hash,
      lineage_root_hash,
      release: releaseFor("new").release,
    });
    expect(commit).toMatchObject({ checkpoint_hash, trace_tail_hash, lineage_root_hash });
  });

  it("names the state before it, the last iter, its own last record and everything that led to it", () => {
    const bytes = world.objects.get(commit?.checkpoint_hash ?? digestFor("")) ?? new Uint8Array();
    const before = restoreCheckpoint(bytes);
    expect(before).toMatchObject({ next_seq: world.state.next_seq - 3, run: { phase: "exposed", stage: 2 } });
    expect(commit?.trace_tail_hash).toBe(before.run?.trace_tail);
    expect(commit?.lineage_root_hash).toBe(
      lineageRoot(
        {
          release: releaseFor("new").release,
          previous: releaseFor("old").release,
          plan_hash: commit?.plan_hash ?? digestFor(""),
          gate_reports: before.run?.judgements.map(({ gate_report }) => gate_report) ?? [],
        },
        sha256,
      ),
    );
  });

  it("has a report that says success, with every judgement in order", () => {
    const digest = world.state.run?.outcome?.deployment_report ?? digestFor("");
    const report = readDeploymentReport(world.objects.get(digest) ?? new Uint8Array());
    expect(report).toMatchObject({ status: "success", baseline: releaseFor("old").release, overridden: false });
    expect(report.judgements.map(({ stage, window }) => [stage, window])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [2, 1],
    ]);
  });
});
