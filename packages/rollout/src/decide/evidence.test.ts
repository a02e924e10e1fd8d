import { describe, expect, it } from "vitest";
import { readGateReport } from "../gates/gate-report-object.ts";
import {
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
import type { Judgement } from "../state.ts";

const against = (options = {}) => planFor({ baseline: "committed", ...options });
const exposed = () => new World().start(planFor()).advance();
const compared = (options = {}) => worldWithStable().start(against(options)).advance();

function reportOf(world: World, judgement: Judgement | undefined) {
  return readGateReport(world.objects.get(judgement?.gate_report ?? digestFor("none")) ?? new Uint8Array());
}

describe("a freeze", () => {
  it("names the snapshots of both arms where the baseline has keys of its own", () => {
    const world = compared().wait(MINUTE_MS).freeze(PASSING);
    expect(world.run).toMatchObject({ phase: "frozen", weight_bp: 1_000 });
    expect(world.run.frozen?.baseline_snapshot).toBeDefined();
  });

  it("is refused when one arm is missing, or one too many is there", () => {
    const world = compared();
    const { baseline, ...alone } = world.freezeOf(PASSING);
    expect(world.refusal(alone).code).toBe("evidence_incomplete");
    const first = exposed();
    if (baseline === undefined) throw new TypeError("no baseline");
    expect(first.refusal({ ...first.freezeOf(PASSING), baseline }).code).toBe("evidence_incomplete");
  });

  it("is refused for another attempt, stage or window, before the first stage and when it is frozen", () => {
    const world = exposed();
    const freeze = world.freezeOf(PASSING);
    for (const wrong of [{ attempt: 2 }, { stage: 1 }, { window: 1 }])
      expect(world.refusal({ ...freeze, ...wrong }).code).toBe("window_moved");
    expect(new World().start(planFor()).refusal(freeze).code).toBe("window_moved");
    expect(new World().refusal(freeze).code).toBe("no_rollout");
    expect(world.freeze(PASSING).refusal(freeze).code).toBe("window_moved");
  });

  it("is refused for a snapshot of another rollout, release, window, opening or lane, or of the future", () => {
    const world = exposed().wait(MINUTE_MS);
    const freeze = world.freezeOf(PASSING);
    const { candidate } = freeze;
    const { id } = candidate;
    const wrong = [
      { id: { ...id, rollout_id: "default~dev~shop~1" } },
      { id: { ...id, release: releaseFor("old").release } },
      { id: { ...id, window: 1 } },
      { id: { ...id, attempt: 2 } },
      { opened_unix_ms: candidate.opened_unix_ms - 1 },
      { frozen_unix_ms: candidate.frozen_unix_ms + 1 },
      { frozen_unix_ms: candidate.opened_unix_ms - 1 },
      { lanes: [] },
      { lanes: candidate.lanes.map((lane) => ({ ...lane, lane: "elsewhere" })) },
      { lanes: [...candidate.lanes, ...candidate.lanes.map((lane) => ({ ...lane, lane: "more" }))] },
    ];
    for (const changes of wrong)
      expect(world.refusal({ ...freeze, candidate: { ...candidate, ...changes } }).code).toBe("evidence_differs");
    const both = compared();
    const { baseline, ...rest } = both.freezeOf(PASSING);
    if (baseline === undefined) throw new TypeError("no baseline");
    expect(both.refusal({ ...rest, baseline: rest.candidate }).code).toBe("evidence_differs");
  });

  it("is refused for a snapshot that does not add up: nobody could judge it", () => {
    const world = exposed().wait(MINUTE_MS);
    const freeze = world.freezeOf(PASSING);
    expect(world.refusal({ ...freeze, candidate: { ...freeze.candidate, total: 2_000 } }).code).toBe(
      "evidence_differs",
    );
    const both = compared().wait(MINUTE_MS);
    const { baseline, ...rest } = both.freezeOf(PASSING);
    if (baseline === undefined) throw new TypeError("no baseline");
    expect(both.refusal({ ...rest, baseline: { ...baseline, failed: 1 } }).code).toBe("evidence_differs");
  });
});

describe("a verdict", () => {
  it("looks only at the objects that were recorded", () => {
    const world = compared().wait(MINUTE_MS).freeze(PASSING);
    const judge = world.judgeOf();
    const { baseline, ...alone } = judge;
    const other = compared().wait(MINUTE_MS).freeze(FAILING).judgeOf().candidate;
    for (const wrong of [
      alone,
      { ...judge, candidate: other },
      { ...judge, baseline: other },
      { ...judge, candidate: new Uint8Array() },
    ])
      expect(world.refusal(wrong).code).toBe("evidence_differs");
    expect(baseline).toBeDefined();
    expect(world.refusal({ ...judge, window: 1 }).code).toBe("window_moved");
    expect(exposed().refusal(judge).code).toBe("not_frozen");
    expect(new World().refusal(judge).code).toBe("no_rollout");
  });

  it("opens the next window, and lets this stage count as passed", () => {
    const world = exposed().window(PASSING);
    expect(world.run).toMatchObject({
      phase: "exposed",
      window: { number: 1, opened_unix_ms: world.now_unix_ms },
      passed_since_unix_ms: world.now_unix_ms,
    });
  });

  it("that holds takes back what an earlier one gave", () => {
    const world = exposed().window(PASSING).window(TOO_FEW);
    expect(world.run.passed_since_unix_ms).toBeUndefined();
    expect(world.run.held).toEqual({ code: "too_few_samples", since_unix_ms: world.now_unix_ms });
    expect(world.refusal(world.advanceOf()).code).toBe("stage_not_passed");
  });

  it("that passes ends a hold, and one that holds again does not renew it", () => {
    const world = exposed().window(TOO_FEW);
    const since = world.now_unix_ms;
    world.window(TOO_FEW);
    expect(world.run.held?.since_unix_ms).toBe(since);
    expect(world.window(PASSING).run.held).toBeUndefined();
  });

  it("that fails rolls back in the same append, and names the report", () => {
    const world = exposed().window(FAILING);
    const [judged, rollback] = world.records.slice(-2);
    expect([judged?.record.type, rollback?.record.type]).toEqual(["iter", "rollback"]);
    expect(judged?.record.at_unix_ms).toBe(rollback?.record.at_unix_ms);
    expect(world.run).toMatchObject({
      phase: "rolling_back",
      weight_bp: 0,
      rollback: { trigger: "gate_failed", code: "error_rate_breached", weight_bp: 1_000 },
    });
    expect(rollback?.record.body["gate_report_hash"]).toEqual(judged?.record.body["gate_report_hash"]);
  });

  it("of a window that has not enough at its deadline follows on_deadline", () => {
    const late = (on_deadline: string) => {
      const world = new World().start(planFor({ policy: { on_deadline } })).advance();
      return world.wait(world.run.plan.policy.max_window_ms).freeze(TOO_FEW).judge();
    };
    expect(late("rollback").run).toMatchObject({
      phase: "rolling_back",
      rollback: { trigger: "deadline_exceeded", code: "too_few_samples" },
    });
    expect(late("hold").run).toMatchObject({ phase: "exposed", held: { code: "too_few_samples" } });
  });

  it("that passes at the deadline is no deadline missed", () => {
    const world = exposed()
      .wait(30 * MINUTE_MS)
      .freeze(PASSING)
      .judge();
    expect(world.run.passed_since_unix_ms).toBeDefined();
  });

  it("holds for each kind of evidence that is missing", () => {
    const cases = [
      [{ ok: 0 }, "no_data"],
      [{ ok: 999 }, "too_few_samples"],
      [{ ok: 1_000, silent_ms: 10 * MINUTE_MS + 1 }, "stale_window"],
      [{ ok: 0, unreachable: true }, "source_unreachable"],
    ] as const;
    for (const [counts, code] of cases)
      expect(
        exposed()
          .wait(11 * MINUTE_MS)
          .freeze(counts)
          .judge().run.held?.code,
      ).toBe(code);
    const baselines = [
      [{ ok: 0 }, "baseline_no_data"],
      [{ ok: 999 }, "baseline_too_few_samples"],
      [{ ok: 0, unreachable: true }, "baseline_missing"],
    ] as const;
    for (const [counts, code] of baselines) expect(compared().window(PASSING, counts).run.held?.code).toBe(code);
  });
});

describe("the baseline", () => {
  it("(a) is the stable release's own keys in the same interval, with the same min_samples", () => {
    const world = compared().window(PASSING);
    const [judgement] = world.run.judgements;
    expect(reportOf(world, judgement).baseline).toEqual({
      snapshot: judgement?.baseline_snapshot,
      concurrent: true,
    });
  });

  it("(a) is what makes a slow release fail", () => {
    const slow = { ok: 1_000, latency_us: 1_200 };
    expect(compared().window(slow, PASSING).run.rollback?.code).toBe("p95_latency_breached");
    expect(compared().window(slow, slow).run.phase).toBe("exposed");
  });

  it("(b) at full weight is the frozen one of the stage before, and the report says so", () => {
    const world = compared({ weights: [5_000, 10_000] }).window(PASSING);
    const before = world.run.baseline_snapshot;
    world.advance().window(PASSING);
    const last = world.run.judgements.at(-1);
    expect(last).toMatchObject({ stage: 1, baseline_snapshot: before });
    expect(reportOf(world, last).baseline).toEqual({ snapshot: before, concurrent: false });
  });

  it("(b) of the stage before needs the samples of that stage, however many the watch asks of the target", () => {
    const watch = { duration_ms: 2 * MINUTE_MS, judge_every_ms: MINUTE_MS, min_samples: 2_000 };
    const world = compared({ weights: [5_000, 10_000], policy: { watch } })
      .window(PASSING)
      .advance();
    world.window(PASSING).advance().window({ ok: 2_000 });
    expect(world.run.judgements.at(-1)).toMatchObject({ stage: 2, result: "pass" });
    world.window({ ok: 1_999 });
    expect(world.run.held?.code).toBe("too_few_samples");
  });

  it("(b) at full weight with a holdback has keys of its own, in the watch too", () => {
    const world = compared({ weights: [10_000], policy: { holdback_bp: 500 } });
    expect(world.window(PASSING).run.judgements.at(-1)?.baseline_snapshot).toBeDefined();
    world.advance().window(PASSING);
    expect(reportOf(world, world.run.judgements.at(-1)).baseline?.concurrent).toBe(true);
  });

  it("(b) that was never observed holds at full weight: nothing missing passes", () => {
    expect(compared({ weights: [10_000] }).window(PASSING).run.held?.code).toBe("baseline_missing");
  });

  it("(c) of a plan that has none makes its gates not applicable, and the others decide alone", () => {
    const world = exposed().window({ ok: 1_000, latency_us: 1_000_000 });
    expect(reportOf(world, world.run.judgements[0]).findings.map(({ gate, result }) => [gate, result])).toEqual([
      ["error_rate", "pass"],
      ["p95_latency_delta", "not_applicable"],
      ["replay_determinism_failures", "not_applicable"],
    ]);
  });

  it("(d) replays count from the second verdict on: none is no data, one that differs fails", () => {
    const again = () => exposed().window(PASSING).wait(MINUTE_MS);
    expect(
      again()
        .freeze({ ok: 1_000, replay: { replays: 0, failures: 0 } })
        .judge().run.held?.code,
    ).toBe("no_data");
    expect(
      again()
        .freeze({ ok: 1_000, replay: { replays: 1, failures: 1 } })
        .judge().run.rollback?.code,
    ).toBe("replay_diverged");
  });

  it("(e) is nobody where nothing was committed: a rollback serves none", () => {
    expect(exposed().window(FAILING).run.rollback?.to).toBeUndefined();
    expect(compared().window(FAILING).run.rollback?.to).toEqual(releaseFor("old"));
  });

  it("is left aside in the watch by two who skipped the stages before it could be compared with", () => {
    const skip = (world: World) => {
      const progress = { total: 0, failed: 0 };
      for (const [role, id] of [
        ["release_owner", "alice"],
        ["on_call", "bob"],
      ] as const)
        world.apply({ do: "override", role, reason: "now", facts: GOOD_FACTS, progress }, { kind: "local", id });
      return world.window(PASSING).run;
    };
    // Before any window, after one that the baseline kept from passing, and after one that passed.
    expect(skip(compared()).passed_since_unix_ms).toBeDefined();
    expect(skip(compared().window(PASSING, { ok: 10 })).passed_since_unix_ms).toBeDefined();
    expect(skip(compared().window(PASSING)).judgements.at(-1)?.baseline_snapshot).toBeDefined();
  });
});
