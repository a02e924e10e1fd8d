import { decodeUtf8, encodeUtf8, sha256, toHex } from "@tau-edge/encoding";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeliverableEntry } from "./deliverable-entry.ts";
import { CONTRACT_LIMITS } from "./limits.ts";
import { attempt, entry, read, write } from "./state-file.test-helper.ts";

const text = (bytes: Uint8Array) => decodeUtf8(bytes);
const json = (bytes: Uint8Array) => JSON.parse(text(bytes));

describe("a state that is absent", () => {
  const first = write(undefined, [entry("edge-wasm")], 4);

  it("becomes S1's empty state with the deliverables, two spaces a level, without newline at the end", () => {
    expect(first).toMatchObject({ was: "absent", changed: true });
    expect(Object.keys(json(first.bytes))).toEqual([
      "schema_version",
      "processed_case_keys",
      "rollouts",
      "health",
      "wasm_deliverables",
      "tau_edge",
    ]);
    expect(json(first.bytes)).toMatchObject({ schema_version: 1, processed_case_keys: [], rollouts: [], health: {} });
    expect(json(first.bytes).wasm_deliverables).toEqual([entry("edge-wasm")]);
    expect(text(first.bytes)).toBe(JSON.stringify(json(first.bytes), null, 2));
  });

  it("is stamped so that the stamp can be checked with sha256sum and sed", () => {
    const { tau_edge: stamp } = json(first.bytes);
    expect(stamp).toMatchObject({ seq: 4, record_hash: "f".repeat(64) });
    const emptied = text(first.bytes).replace(/("written_sha256": ")[0-9a-f]{64}"/, '$1"');
    expect(toHex(sha256(encodeUtf8(emptied)))).toBe(stamp.written_sha256);
  });

  it("is not changed by writing the same again", () => {
    const again = write(first.bytes, [entry("edge-wasm")], 4);
    expect(again).toMatchObject({ was: "us", changed: false });
    expect(again.bytes).toEqual(first.bytes);
    const later = write(first.bytes, [entry("edge-wasm")], 5);
    expect(later.bytes.length).toBe(first.bytes.length);
    expect(later.changed).toBe(true);
  });
});

describe("the identity of a deliverable is (blueprint_id, runtime_profile)", () => {
  const two = write(undefined, [entry("one"), entry("two")]);

  it("replaces in place and appends what is new", () => {
    const automation = entry("one", "c", { runtime_profile: "channel_automation_wasi" });
    const next = write(two.bytes, [entry("two"), entry("one", "b"), automation], 1);
    expect(json(next.bytes).wasm_deliverables).toEqual([entry("one", "b"), entry("two"), automation]);
  });

  it("keeps entries that the ledger does not know, as they are, whatever they look like", () => {
    const odd = { blueprint_id: "imported", runtime_profile: "wasm_wasi", note: "by hand", size: 1 };
    const nameless = { anything: [1, null] };
    const file = JSON.stringify({ wasm_deliverables: [odd, nameless, { ...entry("one"), extra: true }] });
    const next = write(file, [entry("one", "b")]);
    expect(json(next.bytes).wasm_deliverables).toEqual([odd, nameless, entry("one", "b")]);
  });
});

describe("a state of the original", () => {
  const original = `{
  "health": {"failure_streak": 1, "updated_unix_ms": 18446744073709551615},
  "processed_case_keys": ["wasm:a"],
  "rollouts": [{"case_key": "wasm:a", "replicas": 2}],
  "schema_version": 1,
  "zz_later": {"__proto__": {"deep": 1}, "big": 123456789012345678901234567890}
}`;
  const adopted = write(original, [entry("edge-wasm")]);

  it("keeps every key and value, in the order of the file", () => {
    expect(adopted.was).toBe("original");
    const keys = [...text(adopted.bytes).matchAll(/^ {2}"([a-z_]+)"/gm)].map((match) => match[1]);
    expect(keys).toEqual([
      "health",
      "processed_case_keys",
      "rollouts",
      "schema_version",
      "zz_later",
      "wasm_deliverables",
      "tau_edge",
    ]);
    expect(text(adopted.bytes)).toContain('"updated_unix_ms": 18446744073709551615');
    expect(text(adopted.bytes)).toContain('"big": 123456789012345678901234567890');
    expect(text(adopted.bytes)).toContain('"__proto__": {');
  });

  it("gets its deliverables back after a cycle of the original has dropped them and the stamp", () => {
    const { wasm_deliverables: _, tau_edge: __, ...dropped } = json(adopted.bytes);
    expect(json(write(JSON.stringify(dropped), [entry("edge-wasm")]).bytes).wasm_deliverables).toHaveLength(1);
  });
});

describe("a state that somebody touched after us", () => {
  const ours = write(undefined, [entry("edge-wasm")]);

  it.each([
    ["a new key", (state: Record<string, unknown>) => ({ ...state, note: "mine" })],
    [
      "a key that only the original's runner writes",
      (state: Record<string, unknown>) => ({ ...state, health: { failure_streak: 2 } }),
    ],
  ])("takes over %s", (_, edit) => {
    const edited = JSON.stringify(edit(json(ours.bytes)), null, 2);
    const next = write(edited, [entry("edge-wasm"), entry("two")], 1);
    expect(next.was).toBe("other_keys");
    expect(json(next.bytes)).toMatchObject(edit({}));
    expect(json(next.bytes).wasm_deliverables).toHaveLength(2);
    expect(write(next.bytes, [entry("edge-wasm"), entry("two")], 1).was).toBe("us");
  });

  it("takes over another layout and another order of keys", () => {
    const reversed = (value: unknown): unknown => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, reversed(member)]),
      );
    };
    expect(write(JSON.stringify(reversed(json(ours.bytes))), [entry("edge-wasm")]).was).toBe("other_keys");
  });

  it.each([
    [
      "an entry added",
      (state: { wasm_deliverables: unknown[] }) => state.wasm_deliverables.push({}),
      "$.wasm_deliverables",
    ],
    [
      "an entry removed",
      (state: { wasm_deliverables: unknown[] }) => state.wasm_deliverables.pop(),
      "$.wasm_deliverables",
    ],
    [
      "an entry changed",
      (state: { wasm_deliverables: DeliverableEntry[] }) =>
        state.wasm_deliverables.splice(0, 1, entry("edge-wasm", "b")),
      "$.wasm_deliverables",
    ],
    [
      "the stamp damaged",
      (state: { tau_edge: Record<string, unknown> }) => {
        state.tau_edge["known_sha256"] = "x";
      },
      "$.tau_edge",
    ],
    [
      "the stamp replaced",
      (state: { tau_edge: unknown }) => {
        state.tau_edge = null;
      },
      "$.tau_edge",
    ],
  ])("refuses %s", (_, edit, path) => {
    const state = json(ours.bytes);
    edit(state);
    const result = attempt(JSON.stringify(state, null, 2), [entry("edge-wasm")]);
    expect(result).toMatchObject({ outcome: "refused", code: "state_foreign", at: path });
    expect(result).toHaveProperty("remedy", expect.stringContaining("tau-edge doctor --rebuild-files"));
  });
});

describe("a state that cannot be used is refused, never replaced", () => {
  it.each([
    ["", "state_corrupt", "0"],
    ["{", "state_corrupt", "1"],
    ["[]", "state_corrupt", "0"],
    ['{"health":{},"health":{}}', "state_corrupt", "13"],
    ['{"schema_version":2}', "state_newer", "$.schema_version"],
    ['{"schema_version":2,"wasm_deliverables":7}', "state_newer", "$.schema_version"],
    ['{"schema_version":99999999999999999999}', "state_newer", "$.schema_version"],
    ['{"schema_version":0}', "state_corrupt", "$.schema_version"],
    ['{"schema_version":null}', "state_corrupt", "$.schema_version"],
    ['{"schema_version":"1"}', "state_corrupt", "$.schema_version"],
    ['{"schema_version":1.5}', "state_corrupt", "$.schema_version"],
    ['{"processed_case_keys":{}}', "state_corrupt", "$.processed_case_keys"],
    ['{"rollouts":null}', "state_corrupt", "$.rollouts"],
    ['{"health":[]}', "state_corrupt", "$.health"],
    ['{"health":{"queue_depth":-1}}', "state_corrupt", "$.health.queue_depth"],
    ['{"wasm_deliverables":{}}', "state_corrupt", "$.wasm_deliverables"],
    ['{"wasm_deliverables":[{},3]}', "state_corrupt", "$.wasm_deliverables[1]"],
  ] as const)("%s", (file, code, path) => {
    expect(attempt(file)).toMatchObject({ outcome: "refused", code, at: path });
    expect(read(file)).toMatchObject({ outcome: "refused", code, at: path });
  });

  it.each([
    ['{"processed_case_keys":["a",3]}', "$.processed_case_keys[1]"],
    ['{"rollouts":[{},null]}', "$.rollouts[1]"],
    ['{"failed_cases":[[]]}', "$.failed_cases[0]"],
    ['{"failed_cases":{}}', "$.failed_cases"],
  ])("elements of what a runner writes have their type too: %s", (file, path) => {
    expect(attempt(file)).toMatchObject({ outcome: "refused", code: "state_corrupt", at: path });
    expect(read(file)).toMatchObject({ outcome: "refused", code: "state_corrupt", at: path });
  });

  it("names the byte where a value is not strict JSON, wherever it stands", () => {
    const file = '{"note":"ü","rollouts":[{},{"a":1,"a":2}]}';
    for (const chunk_bytes of [1, 7, 1000])
      expect(read(file, {}, chunk_bytes)).toMatchObject({ code: "state_corrupt", at: "35" });
  });

  it("refuses an element, a member or white space that nobody could hold", () => {
    const { state_element_bytes_max, state_member_bytes_max } = CONTRACT_LIMITS;
    const element = `{"x":"${"a".repeat(state_element_bytes_max - 8)}"}`;
    expect(read(`{"rollouts":[${element}]}`).outcome).toBe("read");
    expect(read(`{"rollouts":[${element.replace("a", "aa")}]}`)).toMatchObject({ at: "$.rollouts[0]" });
    const member = `"${"a".repeat(state_member_bytes_max - 2)}"`;
    expect(read(`{"x":${member}}`).outcome).toBe("read");
    expect(read(`{"x":${member.replace("a", "aa")}}`)).toMatchObject({ code: "state_corrupt", at: "5" });
    expect(read(`{"x":1${" ".repeat(2 * state_member_bytes_max)}}`)).toMatchObject({ code: "state_corrupt" });
  });

  it("refuses bytes that are not UTF-8 or start with a byte order mark", () => {
    for (const bytes of [new Uint8Array([0x7b, 0xff]), new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])])
      expect(attempt(bytes)).toMatchObject({ outcome: "refused", code: "state_corrupt" });
  });
});

describe("readState", () => {
  it("gives what status needs: an element at a time, and the counts at the end", () => {
    const file = JSON.stringify({
      processed_case_keys: ["a", "b"],
      rollouts: [{ case_key: "a" }],
      failed_cases: [{ case_key: "c" }, { case_key: "d" }],
      health: { updated_unix_ms: 5, last_cycle_completed: 2 },
      wasm_deliverables: [entry("one"), { blueprint_id: "half" }],
    });
    const seen: unknown[] = [];
    const facts = read(file, {
      onKey: (key) => seen.push(key),
      onRollout: ({ value, raw, index }) => seen.push(["rollout", value["case_key"], text(raw), index]),
      onFailedCase: ({ value, index }) => seen.push(["failed", value["case_key"], index]),
    });
    expect(facts).toMatchObject({
      outcome: "read",
      size_bytes: encodeUtf8(file).length,
      processed_case_count: 2,
      rollout_count: 1,
      failed_case_count: 2,
      health: { updated_unix_ms: 5, last_cycle_completed: 2 },
      deliverable_count: 2,
      shows_cycles: true,
      written_by: "original",
    });
    const rollout = ["rollout", "a", '{"case_key":"a"}', 0];
    expect(seen).toEqual(["a", "b", rollout, ["failed", "c", 0], ["failed", "d", 1]]);
  });

  it("has no counters in a fresh state, and shows the stamp", () => {
    const state = read(write(undefined, [entry("one")], 7).bytes);
    expect(state).toMatchObject({ written_by: "us", stamp: { seq: 7 }, health: { last_cycle_completed: 0 } });
    expect(state).toMatchObject({ shows_cycles: false });
  });

  it("says what somebody else changed", () => {
    const { bytes } = write(undefined, [entry("one")]);
    const changed = text(bytes).replace('"one"', '"two"');
    expect(read(changed)).toMatchObject({ written_by: "foreign", foreign_at: "$.wasm_deliverables" });
  });
});

describe("for any other keys", () => {
  it("projecting keeps them, twice is once, and the stamp holds", () => {
    const known = ["schema_version", "processed_case_keys", "rollouts", "health", "wasm_deliverables", "tau_edge"];
    const others = fc.dictionary(
      fc.string().filter((key) => key.isWellFormed() && !known.includes(key)),
      fc.jsonValue({ maxDepth: 3 }).filter((value) => JSON.stringify(value).isWellFormed()),
    );
    fc.assert(
      fc.property(others, (extra) => {
        const file = JSON.stringify(extra);
        if (/\\ud[89a-f]/i.test(file) || /[eE][+-]?\d/.test(file)) return;
        const once = write(file, [entry("one")]);
        const { wasm_deliverables: _, tau_edge: __, ...kept } = json(once.bytes);
        expect(kept).toEqual({
          schema_version: 1,
          processed_case_keys: [],
          rollouts: [],
          health: {},
          ...JSON.parse(file),
        });
        expect(write(once.bytes, [entry("one")])).toMatchObject({ was: "us", changed: false });
      }),
    );
  });
});
