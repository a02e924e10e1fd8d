import { MemoryFileTree } from "@tau-edge/adapter-memory";
import { decodeUtf8, encodeUtf8, sha256, startSha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { ACTOR } from "../packaging.test-helper.ts";
import { CYCLE_STREAM } from "../stream.ts";
import { containerCase, type MemoryRunner, makeRunner, recorded } from "./cycles.test-helper.ts";
import { exportState } from "./export-state.ts";
import { importState } from "./import-state.ts";

const rollout = (case_id: string, more: object = {}) => ({
  case_key: `container:native:staging:shop:${case_id}`,
  case_id,
  deploy_target: "container",
  runtime_profile: "native",
  blueprint_id: "shop",
  environment: "staging",
  region: "iad",
  artifact: "registry.example/shop:1",
  replicas: 1,
  rollout_strategy: "recreate",
  status_code: 202,
  outcome: "success",
  error_code: "",
  updated_unix_ms: 5,
  ...more,
});

/** As the original leaves it; with a key of three parts, a rollout that says more, and layout of somebody's own. */
const ORIGINAL = JSON.stringify(
  {
    processed_case_keys: ["container:native:staging:shop:a", "container:shop:older"],
    schema_version: 1,
    rollouts: [rollout("a", { extra: { kept: 1 } })],
    health: { updated_unix_ms: 5, failure_streak: 2, last_cycle_failed: 1 },
    wasm_deliverables: [{ blueprint_id: "edge", any: "thing" }],
    notes: "by hand",
  },
  undefined,
  3,
);

const EVENT = JSON.stringify({
  timestamp_unix_ms: 5,
  failed_cases: 1,
  retry_attempts: 3,
  reason_codes: ["retry_attempted"],
});

function originalTree(): MemoryFileTree {
  const tree = new MemoryFileTree();
  const files = {
    "state.json": ORIGINAL,
    "runtime-events.jsonl": `${EVENT}\n`,
    "browser-did.json": "{}\n",
    "wasm-artifacts/edge/x.wasm": "bytes",
    "channel-store/channels/deployment/shop/log.jsonl": '{"old":1}\n',
    "channel-store/channels/deployment/shop/MEMORY.md": "old page",
  };
  for (const [path, text] of Object.entries(files)) tree.bytes.set(path, encodeUtf8(text));
  return tree;
}

const treeOf = ({ disk }: MemoryRunner) => new MemoryFileTree({ files: disk.files, prefix: ".tau/deployment/" });

async function exported(runner: MemoryRunner) {
  const into = new MemoryFileTree();
  // In memory the channels lie elsewhere than the rest.
  const tree = treeOf(runner);
  for (const [path, bytes] of runner.disk.channels) tree.bytes.set(`.tau/deployment/${path}`, bytes);
  const report = await exportState({ tree, ledger: runner.ledger, sha256, startSha256, into });
  const text = (path: string) => decodeUtf8(into.bytes.get(path) ?? new Uint8Array(0));
  return { report, text, into };
}

describe("importing what the original left", () => {
  it("takes it over once and whole, with what its event log says of the last failures", async () => {
    const runner = makeRunner();
    const from = originalTree();
    const ports = { ...runner, tree: treeOf(runner) };
    const report = await importState({ actor: ACTOR, from }, ports);
    expect(report).toMatchObject({
      outcome: "imported",
      processed_case_count: 2,
      rollout_count: 1,
      record: { seq: 0 },
    });
    expect(report.copied_files).toEqual([
      "browser-did.json",
      "channel-store/channels/deployment/shop/MEMORY.md",
      "channel-store/channels/deployment/shop/log.jsonl",
      "runtime-events.jsonl",
      "wasm-artifacts/edge/x.wasm",
      "state.json",
    ]);
    expect(await importState({ actor: ACTOR, from }, ports)).toMatchObject({ outcome: "unchanged", copied_files: [] });
    expect(runner.disk.rows.get(CYCLE_STREAM)).toHaveLength(1);
  });

  it("keeps keys of three and of five parts, rollouts with all they say, the streak and what nobody knows", async () => {
    const runner = makeRunner();
    await importState({ actor: ACTOR, from: originalTree() }, { ...runner, tree: treeOf(runner) });
    const older = containerCase("older");
    const report = await recorded(runner, [containerCase("a"), older, containerCase("a2", { region: "fra" })]);
    expect(report).toMatchObject({ duplicate_skips: 2, applied_cases: 1, failure_streak: 0 });
    expect(runner.disk.state).toMatchObject({ notes: "by hand", wasm_deliverables: [{ any: "thing" }] });
    expect(runner.disk.state["rollouts"]).toContainEqual(rollout("a", { extra: { kept: 1 } }));
  });

  it("deploys to another region what the original's key would have skipped (W-4)", async () => {
    const runner = makeRunner();
    await importState({ actor: ACTOR, from: originalTree() }, { ...runner, tree: treeOf(runner) });
    const report = await recorded(runner, [containerCase("a", { region: "fra" })]);
    expect(report).toMatchObject({ duplicate_skips: 0, applied_cases: 1 });
    expect(runner.disk.state["rollouts"]).toHaveLength(2);
  });

  it("copies nothing of a directory that holds no state, whatever stands in it", async () => {
    const runner = makeRunner();
    const from = originalTree();
    from.bytes.delete("state.json");
    const report = await importState({ actor: ACTOR, from }, { ...runner, tree: treeOf(runner) });
    expect(report).toMatchObject({ outcome: "nothing", copied_files: [] });
    expect([...runner.disk.files.keys()]).toEqual([]);
  });

  it("copies nothing of a state directory of ours, whose state is about its own ledger", async () => {
    const other = makeRunner();
    await recorded(other, [containerCase("a")]);
    const runner = makeRunner();
    const importing = importState({ actor: ACTOR, from: treeOf(other) }, { ...runner, tree: treeOf(runner) });
    await expect(importing).rejects.toMatchObject({
      code: "state_foreign",
      at: "state.json $.tau_edge",
      remedy: expect.stringContaining("tau-edge state export"),
    });
    expect([...runner.disk.files.keys()]).toEqual([]);
    expect(await recorded(runner, [containerCase("a")])).toMatchObject({ applied_cases: 1 });
  });

  it("goes on with a tree that was exported from another ledger, line after line in its event log", async () => {
    const other = makeRunner();
    for (const id of ["a", "b", "c"]) await recorded(other, [containerCase(id)]);
    const { into } = await exported(other);
    into.bytes.set("runtime-events.jsonl", other.disk.log.bytes);
    const runner = makeRunner();
    await importState({ actor: ACTOR, from: into }, { ...runner, tree: treeOf(runner) });
    runner.disk.log.bytes = other.disk.log.bytes;
    for (const id of ["a", "d", "e"]) await recorded(runner, [containerCase(id)]);
    expect(runner.disk.events.map(({ applied_cases, duplicate_skips }) => [applied_cases, duplicate_skips])).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 1],
      [1, 0],
      [1, 0],
    ]);
  });

  it("keeps what stands in the way, and says so", async () => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("mine")]);
    const before = runner.disk.text(".tau/deployment/state.json");
    const ports = { ...runner, tree: treeOf(runner) };
    await expect(importState({ actor: ACTOR, from: originalTree() }, ports)).rejects.toMatchObject({
      code: "state_foreign",
    });
    expect(runner.disk.text(".tau/deployment/state.json")).toBe(before);
  });
});

describe("exporting for the original", () => {
  it("gives back byte for byte what was imported", async () => {
    const runner = makeRunner();
    await importState({ actor: ACTOR, from: originalTree() }, { ...runner, tree: treeOf(runner) });
    const { report, text, into } = await exported(runner);
    expect(report.state).toBe("imported");
    expect(text("state.json")).toBe(ORIGINAL);
    expect(new Map([...into.bytes].sort())).toEqual(new Map([...originalTree().bytes].sort()));
  });

  it("adds what cycles left since, at the original's places, and nothing of ours", async () => {
    const runner = makeRunner();
    await importState({ actor: ACTOR, from: originalTree() }, { ...runner, tree: treeOf(runner) });
    await recorded(runner, [containerCase("new")]);
    const { report, text } = await exported(runner);
    expect(report.state).toBe("written");
    const state = JSON.parse(text("state.json"));
    expect(state).not.toHaveProperty("tau_edge");
    expect(state).toMatchObject({
      ...JSON.parse(ORIGINAL),
      processed_case_keys: expect.anything(),
      rollouts: expect.anything(),
      health: expect.anything(),
    });
    expect(state.rollouts.map(({ case_id }: { case_id: string }) => case_id)).toEqual(["a", "new"]);
    expect(text("channel-store/channels/deployment/shop/MEMORY.md")).toContain("- new target=container");
    const lines = text("channel-store/channels/deployment/shop/log.jsonl").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ old: 1 }, { payload: { case_id: "new" } }]);
    expect(report.files.filter((path) => path.startsWith("channel-store/deployment/"))).toEqual([]);
  });

  it("keeps the lines of a channel apart where a dead writer of the original left half of one", async () => {
    const runner = makeRunner();
    const from = originalTree();
    const log = "channel-store/channels/deployment/shop/log.jsonl";
    from.bytes.set(log, encodeUtf8('{"old":1}\n{"to'));
    await importState({ actor: ACTOR, from }, { ...runner, tree: treeOf(runner) });
    await recorded(runner, [containerCase("new")]);
    const { text } = await exported(runner);
    const lines = text(log).split("\n");
    expect(lines.slice(0, 2)).toEqual(['{"old":1}', '{"to']);
    expect(JSON.parse(lines[2] ?? "")).toMatchObject({ payload: { case_id: "new" } });
    expect(lines.slice(3)).toEqual([""]);
  });

  it("writes nothing of a state that somebody changed", async () => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("one")]);
    const path = ".tau/deployment/state.json";
    runner.disk.files.set(path, encodeUtf8(runner.disk.text(path).replace('"case_id": "one"', '"case_id": "two"')));
    await expect(exported(runner)).rejects.toMatchObject({ code: "state_foreign" });
  });

  it.each([
    ["half a document", '{"schema_version":1,'],
    ["a newer one", '{"schema_version":2}'],
  ])("writes nothing beside a state that is refused: %s", async (_what, text) => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("one")]);
    runner.disk.files.set(".tau/deployment/state.json", encodeUtf8(text));
    const into = new MemoryFileTree();
    const ports = { tree: treeOf(runner), ledger: runner.ledger, sha256, startSha256, into };
    ports.tree.bytes.set(".tau/deployment/runtime-events.jsonl", encodeUtf8("{}\n"));
    await expect(exportState(ports)).rejects.toMatchObject({ code: expect.stringMatching(/^state_/) });
    expect([...into.bytes.keys()]).toEqual([]);
  });

  it("writes the state last, so that an export that was cut short has none", async () => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("one")]);
    runner.disk.files.set(".tau/deployment/wasm-artifacts/edge/x.wasm", encodeUtf8("bytes"));
    const { into } = await exported(runner);
    expect(into.bytes.has("wasm-artifacts/edge/x.wasm")).toBe(true);
    expect([...into.bytes.keys()].at(-1)).toBe("state.json");
  });
});
