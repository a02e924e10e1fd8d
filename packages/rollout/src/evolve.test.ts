import { digestBytes } from "@tau-edge/encoding";
import { emptyHead, headOf, type RecordDraft, type StoredRecord, sealDrafts } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import { evolve, evolveAll } from "./evolve.ts";
import { ALICE, digestFor, FAILING, GOOD_FACTS, PASSING, planFor, sha256, World } from "./rollout.test-helper.ts";
import { emptyState, type Judgement } from "./state.ts";
import { draftTrace } from "./trace/draft-trace.ts";
import type { IterStep, TraceBody } from "./trace/trace-body.ts";

const exposed = () => new World().start(planFor()).advance();

function sealed({ head, state, now_unix_ms }: World, draft: RecordDraft): StoredRecord {
  const result = sealDrafts({ stream: state.stream, head, drafts: [draft], now_unix_ms, sha256 });
  const [stored] = result.outcome === "sealed" ? result.records : [];
  if (stored === undefined) throw new TypeError("nothing sealed");
  return stored;
}

function folding(world: World, body: TraceBody) {
  return () => evolve(world.state, sealed(world, draftTrace(body, ALICE)));
}

function iter(world: World, step: IterStep, changes: object = {}): TraceBody {
  const { rollout_id, attempt, t, replay_token, stage } = world.run;
  return { type: "iter", rollout_id, attempt, t: t + 1, replay_token, stage, ...step, ...changes };
}

const OUT_OF_ORDER = expect.objectContaining({ code: "trace_out_of_order" });
const hash = digestFor("hash");

describe("the fold of a stream", () => {
  it("is the same in one go as record by record", () => {
    const world = new World().commit(planFor());
    expect(evolveAll(emptyState("default/dev/shop"), world.records)).toStrictEqual(world.state);
  });

  it("passes over records of other kinds", () => {
    const world = exposed();
    const state = evolve(world.state, sealed(world, { type: "artifact_packaged", actor: ALICE, body: {} }));
    expect(state).toStrictEqual({ ...world.state, next_seq: world.state.next_seq + 1 });
  });

  it("refuses a record that is not the next one, or of another stream", () => {
    const world = exposed();
    const [first] = world.records;
    if (first === undefined) throw new TypeError("no record");
    expect(() => evolve(world.state, first)).toThrow(OUT_OF_ORDER);
    expect(() => evolve(emptyState("default/dev/other"), first)).toThrow(OUT_OF_ORDER);
  });
});

describe("a record that chains and cannot follow is refused:", () => {
  const cases: readonly (readonly [string, World, (world: World) => TraceBody])[] = [
    ["a gap in t", exposed(), (world) => iter(world, { action: "resumed" }, { t: 9 })],
    ["another rollout", exposed(), (world) => iter(world, { action: "resumed" }, { rollout_id: "default~dev~shop~7" })],
    ["another attempt", exposed(), (world) => iter(world, { action: "resumed" }, { attempt: 2 })],
    ["another replay token", exposed(), (world) => iter(world, { action: "resumed" }, { replay_token: hash })],
    ["another stage", exposed(), (world) => iter(world, { action: "resumed" }, { stage: 1 })],
    ["a way back", exposed(), (world) => iter(world, { action: "entered", weight_bp: 1, preflight_report_hash: hash })],
    [
      "a stage after the watch",
      exposed(),
      (world) => iter(world, { action: "entered", weight_bp: 1, preflight_report_hash: hash }, { stage: 3 }),
    ],
    [
      "entering a stage while a window waits for its verdict",
      exposed().freeze(PASSING),
      (world) => iter(world, { action: "entered", weight_bp: 5_000, preflight_report_hash: hash }, { stage: 1 }),
    ],
    [
      "entering a stage that no window has earned",
      exposed(),
      (world) => iter(world, { action: "entered", weight_bp: 5_000, preflight_report_hash: hash }, { stage: 1 }),
    ],
    [
      "entering more than the next stage",
      exposed().window(PASSING),
      (world) => iter(world, { action: "entered", weight_bp: 10_000, preflight_report_hash: hash }, { stage: 2 }),
    ],
    [
      "another weight than the plan's",
      exposed().window(PASSING),
      (world) => iter(world, { action: "entered", weight_bp: 5_001, preflight_report_hash: hash }, { stage: 1 }),
    ],
    [
      "less weight than before",
      new World()
        .start(planFor({ weights: [1_000, 999] }))
        .advance()
        .window(PASSING),
      (world) => iter(world, { action: "entered", weight_bp: 999, preflight_report_hash: hash }, { stage: 1 }),
    ],
    [
      "stages skipped by one person alone",
      exposed(),
      (world) =>
        iter(
          world,
          { action: "overridden", role: "on_call", reason: "", weight_bp: 10_000, preflight_report_hash: hash },
          { stage: 2 },
        ),
    ],
    [
      "a freeze of a window that is not open",
      exposed(),
      (world) => iter(world, { action: "frozen", window: 1, metrics_snapshot_hash: hash }),
    ],
    [
      "a freeze of an arm that has no keys",
      exposed(),
      (world) =>
        iter(world, { action: "frozen", window: 0, metrics_snapshot_hash: hash, baseline_snapshot_hash: hash }),
    ],
    [
      "a verdict on a window that is not frozen",
      exposed(),
      (world) => iter(world, { action: "judged", window: 0, gate_result: "pass", gate_report_hash: hash }),
    ],
    [
      "a pass with a code",
      exposed().freeze(PASSING),
      (world) => judged(world, { gate_result: "pass", code: "error_rate_breached" }),
    ],
    ["a failure without a code", exposed().freeze(PASSING), (world) => judged(world, { gate_result: "fail" })],
    ["a hold without a code", exposed().freeze(PASSING), (world) => judged(world, { gate_result: "hold" })],
    [
      "a hold with the code of a failure",
      exposed().freeze(PASSING),
      (world) => judged(world, { gate_result: "hold", code: "check_failed" }),
    ],
    [
      "PREPARE after another end of the trace",
      new World()
        .start(planFor({ weights: [10_000] }))
        .advance()
        .window(PASSING)
        .advance()
        .window(PASSING),
      (world) => ({
        type: "prepare",
        ...positionOf(world),
        preflight_report_hash: hash,
        checkpoint_hash: hash,
        trace_tail_hash: hash,
        lineage_root_hash: hash,
      }),
    ],
    [
      "a proof of health without a rollback",
      exposed(),
      (world) => iter(world, { action: "rollback_checked", gate_result: "pass" }),
    ],
    [
      "a second rollback",
      exposed().window(FAILING),
      (world) => ({
        type: "rollback",
        ...positionOf(world),
        stage: 0,
        trigger: "operator",
        code: "operator",
        reason: "",
        gate_report_hash: hash,
      }),
    ],
    [
      "PREPARE outside the watch",
      exposed(),
      (world) => ({
        type: "prepare",
        ...positionOf(world),
        preflight_report_hash: hash,
        checkpoint_hash: hash,
        trace_tail_hash: hash,
        lineage_root_hash: hash,
      }),
    ],
    [
      "FINALIZE of what did not succeed",
      exposed().abort(),
      (world) => ({
        type: "finalize",
        rollout_id: "default~dev~shop~0",
        attempt: 1,
        t: (world.state.run?.t ?? 0) + 1,
        replay_token: world.state.run?.replay_token ?? hash,
        release: hash,
        preflight_report_hash: hash,
        checkpoint_hash: hash,
        trace_tail_hash: hash,
        lineage_root_hash: hash,
      }),
    ],
    [
      "success outside the watch",
      exposed(),
      (world) => ({
        type: "run_end",
        ...positionOf(world),
        final_status: "success",
        release_hash: world.run.target.release,
        gate_report_hash: hash,
        deployment_report_hash: hash,
      }),
    ],
    [
      "an end of another release",
      exposed(),
      (world) => ({
        type: "run_end",
        ...positionOf(world),
        final_status: "failed",
        release_hash: hash,
        gate_report_hash: hash,
        deployment_report_hash: hash,
      }),
    ],
    [
      "a validation where nothing is locked",
      exposed(),
      () => ({ type: "revalidated", validation: "v", manifest: hash, passed: true, report_hash: hash }),
    ],
    [
      "a step after the end",
      exposed().abort(),
      () => ({
        type: "prepare",
        ...positionOf(exposed()),
        preflight_report_hash: hash,
        checkpoint_hash: hash,
        trace_tail_hash: hash,
        lineage_root_hash: hash,
      }),
    ],
  ];
  for (const [name, world, body] of cases) it(name, () => expect(folding(world, body(world))).toThrow(OUT_OF_ORDER));

  it("a run in a run", () => {
    const world = exposed();
    const [header] = world.records;
    if (header === undefined) throw new TypeError("no header");
    const { type, actor, body } = header.record;
    expect(() => evolve(world.state, sealed(world, { type, actor, body }))).toThrow(OUT_OF_ORDER);
  });

  function judged(world: World, verdict: Pick<Judgement, "code"> & { gate_result: Judgement["result"] }): TraceBody {
    return iter(world, { action: "judged", window: 0, gate_report_hash: hash, ...verdict });
  }

  function positionOf(world: World) {
    const { rollout_id, attempt, t, replay_token } = world.run;
    return { rollout_id, attempt, t: t + 1, replay_token };
  }
});

/** The last record of what was done, and the same with another field, each after all records before it. */
function lastWith(world: World, change: RecordDraft["body"]) {
  const [before, last] = [world.records.slice(0, -1), world.records.at(-1)];
  if (last === undefined) throw new TypeError("no record");
  const { stream } = world.state;
  const state = evolveAll(emptyState(stream), before);
  const end = before.at(-1);
  const { type, actor, body, at_unix_ms } = last.record;
  const result = sealDrafts({
    stream,
    head: end === undefined ? emptyHead(stream, sha256) : headOf(end),
    drafts: [{ type, actor, body: { ...body, ...change } }],
    now_unix_ms: at_unix_ms,
    sha256,
  });
  const [stored] = result.outcome === "sealed" ? result.records : [];
  if (stored === undefined) throw new TypeError("nothing sealed");
  return () => evolve(state, stored);
}

describe("FINALIZE is refused that names", () => {
  const committed = new World().commit(planFor());
  for (const [what, change] of [
    ["another release", { release_hash: digestBytes(hash) }],
    ["another end of the trace", { trace_tail_hash: digestBytes(hash) }],
    ["another attempt", { attempt: 2 }],
    ["another replay token", { replay_token: digestBytes(hash) }],
  ] as const)
    it(what, () => expect(lastWith(committed, change)).toThrow(OUT_OF_ORDER));

  it("and nothing else", () => expect(lastWith(committed, {})()).toStrictEqual(committed.state));
});

describe("a run is refused that", () => {
  const started = new World().start(planFor());
  const retried = exposed().abort().revalidate(planFor().manifest);
  retried.apply({ do: "retry", profile: retried.profile(), facts: GOOD_FACTS });

  it("has not the name of its first record", () => {
    expect(lastWith(started, { rollout_id: "default~dev~shop~1" })).toThrow(OUT_OF_ORDER);
  });

  it("is of another environment than its stream", () => {
    expect(lastWith(started, { environment: "staging" })).toThrow(OUT_OF_ORDER);
  });

  it("is no next attempt of the last one", () => {
    expect(lastWith(started, { attempt: 2 })).toThrow(OUT_OF_ORDER);
    expect(lastWith(retried, { attempt: 3 })).toThrow(OUT_OF_ORDER);
    expect(lastWith(retried, { attempt: 1 })).toThrow(OUT_OF_ORDER);
    expect(lastWith(retried, {})()).toStrictEqual(retried.state);
  });

  it("begins behind a lock that nobody cleared for its manifest", () => {
    const { target } = retried.run;
    const other = { release: target.release, manifest: hash, artifact: target.artifact };
    const bytes = Object.fromEntries(Object.entries(other).map(([key, digest]) => [key, digestBytes(digest)]));
    expect(lastWith(retried, { target: bytes })).toThrow(OUT_OF_ORDER);
  });
});

it("a lock is left by an abort and a rollback, and by no success and no failed preflight", () => {
  expect(new World().start(planFor(), { ...GOOD_FACTS, free_bytes: 0 }).state.lock).toBeUndefined();
  expect(new World().commit(planFor()).state.lock).toBeUndefined();
  expect(exposed().abort().state.lock).toEqual({ rollout_id: "default~dev~shop~0", since_unix_ms: expect.any(Number) });
  expect(exposed().rollBack().state.lock).toBeDefined();
});
