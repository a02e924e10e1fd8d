import { decodeUtf8, encodeUtf8, startSha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import type { CycleMembers } from "./cycle-members.ts";
import { EMPTY_HEALTH } from "./health.ts";
import { CONTRACT_LIMITS } from "./limits.ts";
import type { StateRefusal } from "./state-document.ts";
import { UnstampedState } from "./state-export.ts";
import { accepted, at, attempt, collect, entry, project, read, type Written, write } from "./state-file.test-helper.ts";

const text = (bytes: Uint8Array) => decodeUtf8(bytes);
const json = (bytes: Uint8Array) => JSON.parse(text(bytes));
const rollout = (key: string) => `{\n      "case_key": ${JSON.stringify(key)}\n    }`;

const cycles = (seq: number, changes: Partial<CycleMembers> = {}): CycleMembers => ({
  position: { seq, record_hash: "c".repeat(64) },
  processed_case_keys: ["a", 'b"'],
  rollouts: [rollout("a"), rollout("b")],
  failed_cases: [rollout("c")],
  health: { ...EMPTY_HEALTH, updated_unix_ms: 7, last_cycle_completed: 2 },
  ...changes,
});

function tryCycles(existing: string | Uint8Array | undefined, members: CycleMembers): Written | StateRefusal {
  return project(existing, { kind: "cycles", cycles: members });
}

const run = (existing: string | Uint8Array | undefined, members: CycleMembers): Written =>
  accepted(tryCycles(existing, members));

function unstamped(file: Uint8Array): string {
  const state = new UnstampedState(startSha256);
  const first = collect(state.push(file));
  const last = collect(state.end());
  expect(last.result.outcome).toBe("read");
  return text(first.bytes) + text(last.bytes);
}

describe("a runner", () => {
  it("writes S1's state in the order in which S1 does, and what failed behind it", () => {
    const first = run(undefined, cycles(4));
    expect(first).toMatchObject({ was: "absent", changed: true });
    expect(Object.keys(json(first.bytes))).toEqual([
      "schema_version",
      "processed_case_keys",
      "rollouts",
      "health",
      "wasm_deliverables",
      "failed_cases",
      "tau_edge",
    ]);
    expect(text(first.bytes)).toBe(JSON.stringify(json(first.bytes), null, 2));
    expect(json(first.bytes)).toMatchObject({
      processed_case_keys: ["a", 'b"'],
      rollouts: [{ case_key: "a" }, { case_key: "b" }],
      health: { updated_unix_ms: 7, active_runs: 0, last_cycle_completed: 2 },
      failed_cases: [{ case_key: "c" }],
    });
    expect(first.stamp.cycles).toMatchObject({ seq: 4, record_hash: "c".repeat(64) });
  });

  it("keeps deliverables and every unknown key, which the original's runner drops (W-10)", () => {
    const packaged = write('{"team": {"note" : 1.0}}', [entry("edge-wasm")], 3);
    const ran = run(packaged.bytes, cycles(1));
    expect(json(ran.bytes).wasm_deliverables).toEqual([entry("edge-wasm")]);
    expect(text(ran.bytes)).toContain('"team": {"note" : 1.0}');
    expect(ran.stamp).toMatchObject({ seq: 3, record_hash: "f".repeat(64), known_sha256: packaged.stamp.known_sha256 });
  });

  it.each([
    ['{"schema_version": 1, "rollouts": [', "state_corrupt"],
    ["", "state_corrupt"],
    ['{"schema_version": 2, "rollouts": []}', "state_newer"],
    ['{"rollouts": [7]}', "state_corrupt"],
  ] as const)("refuses %j instead of beginning anew, as the original's runner does (W-11)", (file, code) => {
    expect(tryCycles(file, cycles(1))).toMatchObject({ outcome: "refused", code });
  });

  it("is not changed by writing the same again, nor by a packager what it wrote", () => {
    const first = run(undefined, cycles(4));
    expect(run(first.bytes, cycles(4))).toMatchObject({ was: "us", changed: false });
    const packaged = write(first.bytes, [entry("one")], 2);
    expect(packaged.stamp.cycles).toEqual(first.stamp.cycles);
    expect(run(packaged.bytes, cycles(4))).toMatchObject({ was: "us", changed: false });
  });

  it("copies the texts of rollouts as they are", () => {
    const odd = '{"case_key":"a" , "replicas":2.0e0,"big":123456789012345678901234567890}';
    expect(text(run(undefined, cycles(1, { rollouts: [odd] })).bytes)).toContain(`"rollouts": [\n    ${odd}\n  ],`);
    expect(text(run(undefined, cycles(1, { rollouts: [] })).bytes)).toContain('"rollouts": [],');
  });

  it("writes counters over counters, and leaves unknown keys of health where they are", () => {
    const standing = '{"health": {"mine": 1e2, "queue_depth": 18446744073709551615, "b":[ 1 ]}}';
    const { bytes } = run(standing, cycles(1, { imported_sha256: cyclesOf(standing) }));
    expect(text(bytes)).toContain('"health": {"mine": 1e2, "queue_depth": 0, "b":[ 1 ],\n    "updated_unix_ms": 7,');
    expect(Object.keys(json(bytes).health)).toHaveLength(12);
  });

  it("does not write what nobody could read again", () => {
    const large = `"${"x".repeat(CONTRACT_LIMITS.state_element_bytes_max)}"`;
    expect(tryCycles(undefined, cycles(1, { rollouts: ["{}", large] }))).toMatchObject({
      outcome: "refused",
      code: "state_corrupt",
      at: "$.rollouts[1]",
    });
  });

  it("never lists what it did not ask for: a fault ends the writing", () => {
    let asked = 0;
    const rollouts = {
      *[Symbol.iterator]() {
        for (; asked < 100_000; asked++) yield rollout(String(asked));
      },
    };
    const file = '{"schema_version": 2, "rollouts": []}';
    expect(tryCycles(file, cycles(1, { rollouts }))).toMatchObject({ code: "state_newer" });
    expect(asked).toBe(0);
  });
});

describe("what a runner wrote, and somebody changed", () => {
  const ours = text(run(undefined, cycles(4)).bytes);

  it.each([
    ["a key removed", ours.replace('"a",\n', "")],
    ["a rollout changed", ours.replace(rollout("a"), rollout("z"))],
    ["a failed case removed", ours.replace(rollout("c"), "")],
    ["a counter changed", ours.replace('"last_cycle_completed": 2', '"last_cycle_completed": 3')],
    ["rollouts removed", ours.replace('"rollouts"', '"rollouts_"')],
  ])("is state_foreign for runner, packager and reader: %s", (_, changed) => {
    expect(changed).not.toBe(ours);
    const foreign = { outcome: "refused", code: "state_foreign", at: "$.rollouts" };
    expect(tryCycles(changed, cycles(5))).toMatchObject(foreign);
    expect(attempt(changed)).toMatchObject(foreign);
    expect(read(changed)).toMatchObject({ written_by: "foreign", foreign_at: "$.rollouts" });
  });

  it.each([
    ["the position no number", ours.replace('"cycles": {\n      "seq": 4', '"cycles": {\n      "seq": "4"')],
    ["the cycles no object", ours.replace(/"cycles": \{[^}]*\}/, '"cycles": 4')],
  ])("is state_foreign when its stamp is damaged: %s", (_, changed) => {
    expect(changed).not.toBe(ours);
    expect(tryCycles(changed, cycles(5))).toMatchObject({ code: "state_foreign", at: "$.tau_edge" });
  });

  it("is taken over when only white space between elements, the order of keys or other keys changed", () => {
    const { tau_edge, rollouts, ...rest } = json(encodeUtf8(ours));
    const moved = ours.replace('"schema_version": 1', '"note": [1.50],\n  "schema_version": 1').replace("[\n", "[ \n");
    expect(run(moved, cycles(5)).was).toBe("other_keys");
    const elements = [rollout("a"), rollout("b")].join(" , ");
    const reordered = `{"rollouts":[${elements}],${JSON.stringify({ tau_edge, ...rest }).slice(1)}`;
    // Elements that are written in another way are not the same bytes.
    expect(rollouts).toHaveLength(2);
    expect(tryCycles(reordered, cycles(5))).toMatchObject({ code: "state_foreign" });
    const health = JSON.stringify(rest.health, null, 2).replaceAll("\n", "\n  ");
    const failed = `"failed_cases":[${rollout("c")}]`;
    const { health: _, failed_cases: __, ...others } = rest;
    const faithful = `{${failed},"health":${health},"rollouts":[${elements}],${JSON.stringify({ ...others, tau_edge }).slice(1)}`;
    expect(run(faithful, cycles(5)).was).toBe("other_keys");
  });

  it("is state_foreign when it shows later cycles than the ledger, or those of another ledger", () => {
    expect(tryCycles(ours, cycles(3))).toMatchObject({ code: "state_foreign", at: "$.tau_edge.cycles" });
    const other = cycles(4, { position: { seq: 4, record_hash: "d".repeat(64) } });
    expect(tryCycles(ours, other)).toMatchObject({ code: "state_foreign", at: "$.tau_edge.cycles" });
    expect(run(ours, cycles(5)).stamp.cycles?.seq).toBe(5);
  });
});

describe("cycles of the original", () => {
  const original = `{"health" : {"failure_streak":1}, "processed_case_keys":["k"],
    "rollouts":[ {"case_key":"k","x":1.0} ],"later":{"a" : [1e0]}}\n`;
  const adopt = (file: string | Uint8Array, imported_sha256: string) =>
    project(file, { kind: "adopted_cycles", cycles: { position: at(0), imported_sha256 } });

  it("are never written over before they are imported", () => {
    expect(tryCycles(original, cycles(1))).toMatchObject({ code: "state_foreign", at: "$.rollouts" });
    expect(tryCycles(original, cycles(1, { imported_sha256: "0".repeat(64) }))).toMatchObject({
      code: "state_foreign",
    });
    expect(tryCycles(write(original, [entry("one")]).bytes, cycles(1))).toMatchObject({ code: "state_foreign" });
  });

  it("stay where they are when they are adopted, and come out again byte for byte", () => {
    const adopted = accepted(adopt(original, cyclesOf(original)));
    expect(text(adopted.bytes).startsWith(original.slice(0, -2))).toBe(true);
    expect(unstamped(adopted.bytes)).toBe(original);
    expect(read(adopted.bytes)).toMatchObject({ written_by: "us", stamp: { seq: 0, cycles: { seq: 0 } } });
    expect(adopt(adopted.bytes, cyclesOf(original))).toMatchObject({ outcome: "projected", changed: false });
  });

  it("are not adopted for others", () => {
    expect(adopt(original, "0".repeat(64))).toMatchObject({ code: "state_foreign", at: "$.rollouts" });
    expect(adopt("{}", "0".repeat(64))).toMatchObject({ code: "state_foreign", at: "$.rollouts" });
  });

  it("are written over once they are imported, packaged to meanwhile or not", () => {
    const imported_sha256 = cyclesOf(original);
    for (const file of [original, write(original, [entry("one")]).bytes]) {
      const ran = run(file, cycles(1, { imported_sha256 }));
      expect(json(ran.bytes).processed_case_keys).toEqual(["a", 'b"']);
      expect(text(ran.bytes)).toContain('"later":{"a" : [1e0]}');
    }
  });

  it("are recognised without members that hold nothing", () => {
    const bare = '{"rollouts":[{"case_key":"k"}]}';
    expect(cyclesOf('{"health":{},"failed_cases":[],"rollouts":[{"case_key":"k"}],"processed_case_keys":[ ]}')).toBe(
      cyclesOf(bare),
    );
    expect(read("{}")).toMatchObject({ shows_cycles: false });
  });
});

describe("a file without our stamp", () => {
  it.each([
    ["{}", "{}"],
    ['{"tau_edge":1}', "{}"],
    ['{"tau_edge":1, "a":2}', '{"a":2}'],
    ['{ "a":2 ,"tau_edge" : {"x":[]} , "b":3 }\n', '{ "a":2 , "b":3 }\n'],
    ['{"a":2,\n  "tau_edge": {}\n}', '{"a":2\n}'],
  ])("%j is %j", (file, expected) => {
    expect(unstamped(encodeUtf8(file))).toBe(expected);
  });

  it("is refused like any other", () => {
    const state = new UnstampedState(startSha256);
    expect(collect(state.push(encodeUtf8('{"a":{"b":1,"b":2}}'))).result).toMatchObject({ code: "state_corrupt" });
    const newer = new UnstampedState(startSha256);
    collect(newer.push(encodeUtf8('{"schema_version":3}')));
    expect(collect(newer.end()).result).toMatchObject({ code: "state_newer" });
  });
});

function cyclesOf(file: string): string {
  const facts = read(file);
  if (facts.outcome === "refused") throw new Error(facts.detail);
  return facts.cycles_sha256;
}
