import { describe, expect, it } from "vitest";
import { aCase } from "./case.test-helper.ts";
import { evaluate } from "./evaluate.ts";
import type { CaseFindings } from "./findings.ts";
import { legacyKeys, understandsLegacy } from "./legacy-key.ts";

type Changes = { readonly [key: string]: unknown };

const KEY = "wasm:wasm_wasi:production:edge-wasm:deployment-wasm-edge";
const SHA = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476";
const ROLLOUT = { case_key: KEY, region: "iad", artifact: "edge/runtime.wasm", artifact_sha256: "", replicas: 2 };

/** @param record the rollout that carries the key, if one does */
function isDone(keys: readonly string[], record?: unknown, changes: Changes = {}, findings: CaseFindings = {}) {
  const results = {
    hasKey: (key: string) => keys.includes(key),
    booked: () => undefined,
    bookedByKey: (key: string) =>
      keys.includes(key) && record !== undefined
        ? { case_key: key, applied: true, record: JSON.stringify(record) }
        : undefined,
  };
  const given = aCase(changes);
  return understandsLegacy(results, given, evaluate(given, { module: { outcome: "absent" }, ...findings }));
}

describe("S1's keys of a case", () => {
  it("have five parts, and before that had three", () => {
    expect(legacyKeys(aCase())).toEqual([
      KEY,
      "wasm:wasm_wasi:deployment-wasm-edge",
      "wasm:production:deployment-wasm-edge",
      "wasm:edge-wasm:deployment-wasm-edge",
    ]);
  });

  it("escape nothing and lowercase the blueprint", () => {
    expect(legacyKeys(aCase({ blueprint_id: " A:B ", case_id: " C:d " }))[0]).toBe("wasm:wasm_wasi:production:a:b:C:d");
  });
});

describe("a case is done", () => {
  it.each(legacyKeys(aCase()))("by the key %s", (key) => {
    expect(isDone([key])).toBe(true);
    expect(isDone([key], ROLLOUT)).toBe(true);
  });

  it.each([
    "wasm:wasm_wasi:staging:edge-wasm:deployment-wasm-edge",
    "wasm:wasm_wasi:production:edge-wasm:other",
    "wasm:iad:deployment-wasm-edge",
    "container:wasm_wasi:deployment-wasm-edge",
    "deployment-wasm-edge",
  ])("not by the key %s", (key) => {
    expect(isDone([key])).toBe(false);
  });

  it.each<[string, unknown]>([
    ["another region", { ...ROLLOUT, region: "fra" }],
    ["another artifact", { ...ROLLOUT, artifact: "edge/v2.wasm" }],
    ["other replicas", { ...ROLLOUT, replicas: 3 }],
  ])("not when the rollout that carries the key names %s", (_name, record) => {
    expect(isDone([KEY], record)).toBe(false);
  });

  it("not when the bytes behind the same path are others than those that were noted", () => {
    const module = { outcome: "valid", artifact_sha256: SHA, artifact_size_bytes: 8 } as const;
    expect(isDone([KEY], { ...ROLLOUT, artifact_sha256: SHA.replace("9", "8") }, {}, { module })).toBe(false);
    expect(isDone([KEY], { ...ROLLOUT, artifact_sha256: SHA }, {}, { module })).toBe(true);
  });

  it("when S1 noted no digest, which it never does of a module", () => {
    const module = { outcome: "valid", artifact_sha256: SHA, artifact_size_bytes: 8 } as const;
    expect(isDone([KEY], ROLLOUT, {}, { module })).toBe(true);
  });

  it("when the record does not say", () => {
    expect(isDone([KEY], { case_key: KEY })).toBe(true);
  });

  it("not when one of its keys says so and the rollout of another one shows something else", () => {
    const results = {
      hasKey: () => true,
      booked: () => undefined,
      bookedByKey: (key: string) =>
        key === KEY
          ? { case_key: KEY, applied: true, record: JSON.stringify({ ...ROLLOUT, region: "fra" }) }
          : undefined,
    };
    const given = aCase();
    expect(understandsLegacy(results, given, evaluate(given, { module: { outcome: "absent" } }))).toBe(false);
  });
});
