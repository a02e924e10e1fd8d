import { sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { aCase } from "./case.test-helper.ts";
import { caseIdentity, caseKey, identityOf } from "./case-key.ts";

type Changes = { readonly [key: string]: unknown };

const SHA = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476";
const key = (changes: Changes = {}, artifact = "") => caseKey(aCase(changes), artifact, sha256);

describe("the key", () => {
  it("begins with S1's five parts, then names region and version", () => {
    expect(key()).toMatch(/^wasm:wasm_wasi:production:edge-wasm:deployment-wasm-edge:iad:[0-9a-f]{16}$/);
  });

  it("stays what it is: it stands in state files", () => {
    expect(key()).toBe("wasm:wasm_wasi:production:edge-wasm:deployment-wasm-edge:iad:eeaec6307a6b16a7");
  });

  it("is in normal form, with the blueprint in lowercase, and id and region as they are", () => {
    const spelled = { deploy_target: " WASM", runtime_profile: "wasm-wasi", environment: "Production\u0085" };
    expect(key({ ...spelled, case_id: " deployment-wasm-edge ", wasm_module: " edge/runtime.wasm " })).toBe(key());
    expect(key({ blueprint_id: "Edge-Wasm", case_id: "Id", region: "IAD" })).toMatch(
      /^wasm:wasm_wasi:production:edge-wasm:Id:IAD:/,
    );
  });

  it("lowercases ASCII only", () => {
    expect(key({ blueprint_id: "\u0130\u212aX" })).toMatch(/^wasm:wasm_wasi:production:\u0130\u212ax:/);
  });

  it("escapes what separates its parts", () => {
    expect(key({ blueprint_id: "a:b", case_id: "c%3A" })).toMatch(/^wasm:wasm_wasi:production:a%3Ab:c%253A:iad:/);
    expect(key({ blueprint_id: "a:b", case_id: "c" })).not.toBe(key({ blueprint_id: "a", case_id: "b:c" }));
  });

  it.each<[string, Changes]>([
    ["the region", { region: "fra" }],
    ["the module", { wasm_module: "edge/v2.wasm" }],
    ["the manifest", { wasm_manifest: "m.json" }],
    ["the image", { container_image: "app:2" }],
    ["the replicas", { replicas: 3 }],
    ["the blueprint's capitals", { blueprint_id: "Edge-Wasm" }],
  ])("is another one when %s changes", (_name, changes) => {
    expect(key(changes)).not.toBe(key());
  });

  it("is another one when the bytes behind the same path change", () => {
    expect(new Set([key({}, ""), key({}, SHA), key({}, SHA.replace("9", "8"))]).size).toBe(3);
  });

  it.each<[string, Changes]>([
    ["what is expected", { expected: { status_code: 202 } }],
    ["an unknown key", { note: "x" }],
  ])("stays the same when %s changes", (_name, changes) => {
    expect(key(changes)).toBe(key());
  });
});

describe("the identity", () => {
  it("is the key without the version", () => {
    const changed = [{ wasm_module: "v2.wasm" }, { replicas: 9 }, {}].map((changes) => identityOf(key(changes)));
    expect(new Set([...changed, caseIdentity(aCase())])).toEqual(
      new Set(["wasm:wasm_wasi:production:edge-wasm:deployment-wasm-edge:iad"]),
    );
    expect(identityOf(key({ region: "a:b" }))).toBe("wasm:wasm_wasi:production:edge-wasm:deployment-wasm-edge:a%3Ab");
  });

  it("of an imported rollout record is that of the case that made it", () => {
    const record = {
      deploy_target: "wasm",
      runtime_profile: "wasm_wasi",
      environment: "production",
      blueprint_id: "edge-wasm",
      case_id: " deployment-wasm-edge",
      region: "iad",
    };
    expect(caseIdentity(record)).toBe(identityOf(key()));
  });

  it.each([
    "wasm:wasm_wasi:production:edge-wasm:deployment-wasm-edge",
    "wasm:edge-wasm:one",
    "wasm:wasm_wasi:production:edge:id:with:colons",
    "wasm:wasm_wasi:production:a:b:c:d:0123456789abcdef",
    "",
  ])("of S1's key %j is the key itself", (legacy) => {
    expect(identityOf(legacy)).toBe(legacy);
  });
});
