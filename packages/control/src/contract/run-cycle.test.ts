import { encodeUtf8 } from "@tau-edge/encoding";
import { describe, expect, it, vi } from "vitest";
import { openCatalog } from "../catalog.ts";
import { deliverableEntries } from "../deliverable-entries.ts";
import { CYCLE_STREAM } from "../stream.ts";
import {
  containerCase,
  driftedCase,
  makeRunner,
  malformedCase,
  recorded,
  retryableCase,
  runCases,
} from "./cycles.test-helper.ts";

describe("deployment_runtime: a cycle", () => {
  it("leaves one record, and from it a rollout, a processed key, an event line, channel lines and a page", async () => {
    const runner = makeRunner();
    const report = await recorded(runner, [containerCase("one")]);
    expect(report).toMatchObject({
      outcome: "recorded",
      discovered_cases: 1,
      queued_cases: 1,
      applied_cases: 1,
      upserted_rollouts: 1,
      cloud_rollouts: 1,
      wasm_rollouts: 0,
      reason_codes: ["cloud_rollout_applied"],
      health_state: "healthy",
      rollout_gate: "pass",
      gate_reason: "healthy",
      record: { stream: CYCLE_STREAM, seq: 0 },
      failures: [],
    });
    const { disk } = runner;
    const { rollouts, processed_case_keys, health, failed_cases } = disk.state;
    expect(rollouts).toMatchObject([{ case_id: "one", outcome: "success", status_code: 202 }]);
    expect(processed_case_keys).toEqual([
      expect.stringMatching(/^container:native:staging:shop:one:iad:[0-9a-f]{16}$/),
    ]);
    expect(health).toMatchObject({ last_cycle_completed: 1, tried_applied: 1 });
    expect(failed_cases).toEqual([]);
    expect(disk.events).toMatchObject([{ applied_cases: 1, seq: 0, cycle_id: report.record?.record_hash }]);
    expect(disk.channelLogs).toMatchObject({ shop: [{ seq: 0, nth: 0, payload: { outcome: "success" } }] });
    expect(disk.text("channel-store/deployment/shop/MEMORY.md")).toContain("- one target=container");
  });

  it("does nothing twice: what is done is a duplicate, whatever the fixture is called", async () => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("one"), malformedCase("two")]);
    const again = await recorded(runner, [containerCase(" one "), malformedCase("two"), containerCase("three")]);
    expect(again).toMatchObject({ discovered_cases: 3, duplicate_skips: 2, queued_cases: 1, applied_cases: 1 });
    expect(runner.backend.asked).toHaveLength(2);
    expect(runner.disk.state["rollouts"]).toHaveLength(2);
  });

  it("W-15: writes each page, channel, log and state once for a page of cases, not once for each success", async () => {
    const writesOf = async (cases: number) => {
      const runner = makeRunner();
      const spies = [
        vi.spyOn(runner.objects, "putIfAbsent"),
        vi.spyOn(runner.channels, "append"),
        vi.spyOn(runner.channels, "writeMemory"),
        vi.spyOn(runner.events, "append"),
        vi.spyOn(runner.files, "refreshCycles"),
      ];
      const all = Array.from({ length: cases }, (_, nth) => containerCase(`case-${nth}`));
      expect(await recorded(runner, all, { queue_limit: cases })).toMatchObject({ upserted_rollouts: cases });
      return spies.map((spy) => spy.mock.calls.length);
    };
    expect(await writesOf(1_000)).toEqual(await writesOf(1));
  });

  it("takes cases in the order of their ids, whatever their order in the file", async () => {
    const runner = makeRunner();
    await recorded(
      runner,
      ["b", "\u{1f600}", "a", "\u{ffee}"].map((id) => containerCase(id)),
    );
    const ids = runner.disk.channelLogs["shop"]?.map(({ payload }) => Object(payload).case_id);
    // By UTF-8 bytes; UTF-16 would have the last two the other way round.
    expect(ids).toEqual(["a", "b", "\u{ffee}", "\u{1f600}"]);
  });

  it("refuses a fixture as a whole, and writes nothing then", async () => {
    const runner = makeRunner();
    const refused = await runCases(runner, [containerCase("one"), containerCase(" one")]);
    expect(refused).toMatchObject({
      outcome: "refused",
      refusal: { code: "case_id_duplicate", at: "cases[1].case_id" },
    });
    expect([runner.disk.rows.size, runner.disk.objects.size, runner.disk.files.size]).toEqual([0, 0, 0]);
    expect(runner.disk.cases.pages.position).toBeUndefined();
  });

  it("says in a dry run what would come of it, writes nothing, asks nobody and waits for nothing", async () => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("done")]);
    const before = structuredClone(runner.disk.cases.pages);
    const [objects, files] = [runner.disk.objects.size, new Map(runner.disk.files)];
    const report = await recorded(runner, [containerCase("done"), containerCase("new"), retryableCase("r")], {
      dry_run: true,
      retry_base_delay_ms: 1_000,
    });
    expect(report).toMatchObject({
      outcome: "would_record",
      duplicate_skips: 1,
      applied_cases: 1,
      failed_cases: 1,
      rollout_gate: "hold",
    });
    expect(report.record).toBeUndefined();
    expect(runner.backend.asked).toHaveLength(1);
    expect(runner.pauses).toEqual([]);
    expect(runner.disk.cases.pages).toEqual(before);
    expect([runner.disk.objects.size, runner.disk.files, runner.disk.events.length]).toEqual([objects, files, 1]);
  });

  it("remembers as many processed keys as it is told, and every rollout", async () => {
    const runner = makeRunner();
    const cases = Array.from({ length: 30 }, (_, nth) => containerCase(`case-${nth}`));
    await recorded(runner, cases, { processed_case_cap: 10 });
    expect(runner.disk.state["processed_case_keys"]).toHaveLength(10);
    expect(runner.disk.state["rollouts"]).toHaveLength(30);
  });

  it("refuses options that S1 refuses", async () => {
    for (const options of [
      { queue_limit: 0 },
      { processed_case_cap: 0 },
      { retry_max_attempts: 0 },
      { retry_base_delay_ms: -1 },
    ])
      await expect(runCases(makeRunner(), [containerCase("one")], options)).rejects.toThrow(RangeError);
  });

  it("takes a clock that rested for a week, and needs somebody's word for one that went back", async () => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("one")]);
    runner.clock.advance(7 * 24 * 3_600_000);
    await recorded(runner, [containerCase("two")]);
    runner.clock.advance(-24 * 3_600_000);
    await expect(runCases(runner, [containerCase("three")])).rejects.toMatchObject({ code: "clock_jump" });
    // Known before anything is deployed that nobody would remember.
    expect(runner.backend.asked).toHaveLength(2);
    const accepted = await recorded(runner, [containerCase("three")], { accept_clock: true });
    expect(accepted).toMatchObject({ duplicate_skips: 0, applied_cases: 1 });
    const again = await recorded(runner, [containerCase("three")], { accept_clock: true });
    expect(again).toMatchObject({ duplicate_skips: 1 });
  });

  it("is no deliverable: the position of packaging does not move", async () => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("one")]);
    expect((await deliverableEntries(openCatalog(runner.ledger), "out")).seq).toBe(0);
  });
});

describe("deployment_runtime: a cycle that does not go well", () => {
  it("goes on past a case that comes to something unexpected, and keeps everything (W-6)", async () => {
    const runner = makeRunner();
    const report = await recorded(runner, [containerCase("a"), driftedCase("b"), containerCase("c")]);
    expect(report).toMatchObject({ applied_cases: 2, failed_cases: 1, rollout_gate: "hold", health_state: "degraded" });
    expect(report.failures).toMatchObject([
      {
        case_id: "b",
        outcome: "contract_mismatch",
        mismatch: { field: "status_code", expected: "200", actual: "202" },
      },
    ]);
    expect(runner.disk.state["rollouts"]).toHaveLength(2);
    expect(runner.disk.state["failed_cases"]).toMatchObject([{ case_id: "b", outcome: "contract_mismatch" }]);
    const again = await recorded(runner, [containerCase("a"), driftedCase("b"), containerCase("c")]);
    expect(again).toMatchObject({ duplicate_skips: 2, queued_cases: 1, failed_cases: 1, failure_streak: 2 });
    expect(runner.disk.channelLogs["shop"]?.map(({ seq, nth }) => [seq, nth])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
    ]);
    // Nobody deployed what was not what its author wanted.
    expect(runner.backend.asked).toHaveLength(2);
  });

  it("lets every case have its turn, however small the queue: what is done keeps no place in it (W-5)", async () => {
    const runner = makeRunner();
    const cases = ["a", "b", "c", "d", "e"].map((id) => containerCase(id));
    const cycles = [];
    for (let nth = 0; nth < 3; nth++) cycles.push(await recorded(runner, cases, { queue_limit: 2 }));
    expect(
      cycles.map(({ queued_cases, backlog_cases, queue_depth }) => [queued_cases, backlog_cases, queue_depth]),
    ).toEqual([
      [2, 3, 3],
      [2, 1, 1],
      [1, 0, 0],
    ]);
    expect(cycles.map(({ reason_codes }) => reason_codes.includes("queue_backpressure_applied"))).toEqual([
      true,
      true,
      false,
    ]);
    expect(runner.disk.state["rollouts"]).toHaveLength(5);
  });

  it("keeps a failure as a record of its own, which the next success of the case takes away (W-27)", async () => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("a")]);
    const second = containerCase("a", { container_image: "registry.example/shop:2" });
    const [key] = runner.disk.state["processed_case_keys"] as string[];
    const keyOf = async () => (await recorded(makeRunner(), [second])).failures;
    expect(await keyOf()).toEqual([]);
    runner.backend.apply = async () => ({ outcome: "unavailable", detail: "down" });
    const failed = await recorded(runner, [second], { retry_max_attempts: 1 });
    expect(failed).toMatchObject({ failed_cases: 1, failures: [{ outcome: "retryable_failure", detail: "down" }] });
    expect(runner.disk.state["rollouts"]).toMatchObject([{ case_key: key, artifact: "registry.example/shop:1" }]);
    expect(runner.disk.state["failed_cases"]).toMatchObject([{ case_id: "a", detail: "down", attempts: 1 }]);
    runner.backend.apply = async () => ({ outcome: "accepted" });
    await recorded(runner, [second]);
    expect(runner.disk.state["rollouts"]).toMatchObject([{ artifact: "registry.example/shop:2" }]);
    expect(runner.disk.state["failed_cases"]).toEqual([]);
  });

  it("fails three times in a row until it is failing, and one clean but empty cycle does not heal that (W-25)", async () => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("good")]);
    const states = [];
    for (let nth = 0; nth < 3; nth++) states.push((await recorded(runner, [driftedCase("bad")])).health_state);
    expect(states).toEqual(["degraded", "degraded", "failing"]);
    const empty = await recorded(runner, [containerCase("good")]);
    expect(empty).toMatchObject({
      duplicate_skips: 1,
      failure_streak: 3,
      health_state: "failing",
      rollout_gate: "hold",
    });
    expect(await recorded(runner, [containerCase("new")])).toMatchObject({ failure_streak: 0, rollout_gate: "pass" });
  });
});

describe("a state file that is not what a runner left there", () => {
  const put = (runner: ReturnType<typeof makeRunner>, text: string) =>
    runner.disk.files.set(".tau/deployment/state.json", encodeUtf8(text));

  it.each([
    ["that is no JSON", "{", "state_corrupt"],
    ["of a newer schema", '{"schema_version":2,"rollouts":[]}', "state_newer"],
    ["that says where it is from and was changed since", "changed", "state_foreign"],
    ["of another ledger", "other", "state_foreign"],
  ])("%s is refused before anything is deployed, and kept (W-11)", async (_what, text, code) => {
    const runner = makeRunner();
    if (text === "other") runner.disk.files.set(".tau/deployment/state.json", await stateOfAnother());
    else if (text === "changed")
      put(runner, runner.disk.text(await cycleIn(runner)).replace('"case_id": "one"', '"case_id": "two"'));
    else put(runner, text);
    const [before, asked] = [runner.disk.text(STATE), runner.backend.asked.length];
    await expect(runCases(runner, [containerCase("new")])).rejects.toMatchObject({ code });
    expect([runner.disk.text(STATE), runner.backend.asked.length]).toEqual([before, asked]);
  });

  it("keeps the packager's part and what nobody knows (W-10)", async () => {
    const runner = makeRunner();
    const entry = { blueprint_id: "edge", runtime_profile: "wasm_wasi", more: [1.5, "x"] };
    put(runner, JSON.stringify({ wasm_deliverables: [entry], notes: { by: "hand" }, health: { x: 1 } }));
    await recorded(runner, [containerCase("one")]);
    await recorded(runner, [containerCase("two")]);
    expect(runner.disk.state).toMatchObject({ wasm_deliverables: [entry], notes: { by: "hand" }, health: { x: 1 } });
    expect(runner.disk.state["rollouts"]).toHaveLength(2);
  });

  it("is taken over when the original wrote it again, after cycles of ours", async () => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("one")]);
    // The original keeps only what it knows: our stamp and our failed cases are gone.
    const { rollouts, processed_case_keys, health } = runner.disk.state;
    const theirs = {
      ...Object(Array.isArray(rollouts) ? rollouts[0] : {}),
      case_key: "container:native:staging:shop:theirs",
    };
    put(
      runner,
      JSON.stringify({ schema_version: 1, processed_case_keys, rollouts: [rollouts, theirs].flat(), health }),
    );
    const report = await recorded(runner, [containerCase("one"), containerCase("new")]);
    expect(report).toMatchObject({ duplicate_skips: 1, applied_cases: 1 });
    expect(runner.disk.state["rollouts"]).toHaveLength(3);
    expect(runner.disk.rows.get(CYCLE_STREAM)).toHaveLength(3);
  });

  it("is written over when it is the one that was imported before, put back from a backup", async () => {
    const runner = makeRunner();
    const backup = JSON.stringify({ processed_case_keys: ["container:native:staging:shop:old"], rollouts: [] });
    put(runner, backup);
    await recorded(runner, [containerCase("one"), containerCase("old")]);
    put(runner, backup);
    expect(await recorded(runner, [containerCase("two")])).toMatchObject({ applied_cases: 1 });
    expect(runner.disk.state["rollouts"]).toHaveLength(2);
    expect(runner.disk.state["processed_case_keys"]).toHaveLength(3);
  });
});

const STATE = ".tau/deployment/state.json";

async function cycleIn(runner: ReturnType<typeof makeRunner>): Promise<string> {
  await recorded(runner, [containerCase("one")]);
  return STATE;
}

async function stateOfAnother(): Promise<Uint8Array> {
  const other = makeRunner();
  await recorded(other, [containerCase("one")]);
  return encodeUtf8(other.disk.text(STATE));
}
