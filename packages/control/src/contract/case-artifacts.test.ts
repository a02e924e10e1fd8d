import { digestHex, encodeUtf8, type JsonValue, sha256, toHex } from "@tau-edge/encoding";
import { legacyProfile, type RuntimeProfile } from "@tau-edge/manifest";
import { describe, expect, it } from "vitest";
import { EMPTY_MODULE, MALFORMED, moduleNumber, PREVIEW1_MODULE, request } from "../packaging.test-helper.ts";
import { preparePackage } from "../prepare-package.ts";
import { type MemoryRunner, makeRunner, recorded, rejected, wasmCase } from "./cycles.test-helper.ts";

/** A module with its manifest, both in one directory. */
async function addPackage(
  runner: MemoryRunner,
  { blueprint_id = "edge", runtime = "wasm_wasi" }: { blueprint_id?: string; runtime?: RuntimeProfile } = {},
) {
  const asked = request(EMPTY_MODULE, { blueprint_id, profile: legacyProfile(runtime) });
  const prepared = await preparePackage(asked, { sha256 });
  if (prepared.outcome === "refused") throw new Error(prepared.report.reason_codes.join());
  const hex = digestHex(prepared.facts.artifact);
  const files = runner.artifacts.files.working_directory;
  files.set(`out/${hex}.wasm`, EMPTY_MODULE);
  files.set(`out/${hex}.manifest.json`, prepared.manifest_bytes);
  return { manifest: `out/${hex}.manifest.json`, artifact: `${hex}.wasm`, artifact_path: `out/${hex}.wasm` };
}

function accepted(runtime_profile: string, artifact: string, more: { readonly [key: string]: JsonValue } = {}) {
  const named = { blueprint_id: "edge", deploy_target: "wasm", runtime_profile, environment: "staging", region: "iad" };
  const response_body = { status: "accepted", ...named, replicas: 1, rollout_strategy: "canary", artifact, ...more };
  return { outcome: "success", status_code: 201, response_body };
}

const gatesOf = (runtime: RuntimeProfile): JsonValue => [...legacyProfile(runtime).feature_gates];
const EMPTY_HEX = toHex(sha256(EMPTY_MODULE));

describe("a module that a case names", () => {
  it("is a label, as in S1, where there is no such file", async () => {
    const runner = makeRunner();
    const expected = accepted("wasm_wasi", "edge/runtime.wasm");
    const report = await recorded(runner, [wasmCase("a", { wasm_module: "edge/runtime.wasm", expected })]);
    expect(report).toMatchObject({ applied_cases: 1, wasm_rollouts: 1 });
    expect(runner.disk.state["rollouts"]).toMatchObject([{ artifact: "edge/runtime.wasm", artifact_sha256: "" }]);
  });

  it("is opened where it is, and its digest stands in the rollout; the body stays S1's (W-7)", async () => {
    const runner = makeRunner();
    runner.artifacts.files.working_directory.set("edge.wasm", EMPTY_MODULE);
    await recorded(runner, [wasmCase("a", { wasm_module: "edge.wasm", expected: accepted("wasm_wasi", "edge.wasm") })]);
    expect(runner.disk.state["rollouts"]).toMatchObject([{ artifact_sha256: EMPTY_HEX, artifact_size_bytes: 8 }]);
  });

  it.each([
    ["that is cut off", MALFORMED, "E_"],
    ["that is no binary at all", encodeUtf8("hello"), "E_"],
    ["that imports what is forbidden", PREVIEW1_MODULE, "required_abi_missing"],
  ])("%s is refused, and the reason says why (W-7)", async (_what, bytes, code) => {
    const runner = makeRunner();
    runner.artifacts.files.working_directory.set("edge.wasm", bytes);
    const expected = rejected(400, "deployment_missing_artifact", "invalid_wasm_module");
    const report = await recorded(runner, [wasmCase("a", { wasm_module: "edge.wasm", expected })]);
    expect(report.failures).toMatchObject([{ outcome: "malformed_input", reason: "invalid_wasm_module" }]);
    expect(report.failures[0]?.detail_code).toContain(code);
    expect(report.failures[0]?.detail).toMatch(bytes === PREVIEW1_MODULE ? /import_module_forbidden/ : /./);
  });

  it("with other bytes is another version: it is deployed again under the same case_id (W-4)", async () => {
    const runner = makeRunner();
    const files = runner.artifacts.files.working_directory;
    const given = [wasmCase("a", { wasm_module: "edge.wasm", expected: accepted("wasm_wasi", "edge.wasm") })];
    files.set("edge.wasm", moduleNumber(1));
    await recorded(runner, given);
    expect(await recorded(runner, given)).toMatchObject({ duplicate_skips: 1 });
    files.set("edge.wasm", moduleNumber(2));
    expect(await recorded(runner, given)).toMatchObject({ duplicate_skips: 0, applied_cases: 1 });
    expect(runner.disk.state["rollouts"]).toMatchObject([{ artifact_sha256: toHex(sha256(moduleNumber(2))) }]);
  });

  it("is looked for beside the fixture where the program runs elsewhere, and the ledger says so (W-8)", async () => {
    const runner = makeRunner();
    runner.artifacts.files.fixture.set("edge.wasm", EMPTY_MODULE);
    await recorded(runner, [wasmCase("a", { wasm_module: "edge.wasm", expected: accepted("wasm_wasi", "edge.wasm") })]);
    expect(runner.disk.state["rollouts"]).toMatchObject([{ artifact_sha256: EMPTY_HEX }]);
  });

  it("is opened once a cycle, however many cases name it", async () => {
    const runner = makeRunner();
    runner.artifacts.files.working_directory.set("edge.wasm", EMPTY_MODULE);
    const expected = accepted("wasm_wasi", "edge.wasm");
    await recorded(
      runner,
      ["a", "b", "c"].map((id) => wasmCase(id, { wasm_module: "edge.wasm", expected })),
    );
    expect(runner.artifacts.read_paths).toEqual(["edge.wasm"]);
  });
});

describe("a manifest that a case names", () => {
  it("is read with its artifact, and both are what the body says", async () => {
    const runner = makeRunner();
    const { manifest, artifact } = await addPackage(runner);
    const more = {
      artifact_sha256: EMPTY_HEX,
      artifact_size_bytes: 8,
      artifact_manifest: manifest,
      runtime_constraints: gatesOf("wasm_wasi"),
    };
    const expected = accepted("wasm_wasi", artifact, more);
    expect(await recorded(runner, [wasmCase("a", { wasm_manifest: manifest, expected })])).toMatchObject({
      failures: [],
    });
    expect(runner.disk.state["rollouts"]).toMatchObject([more]);
  });

  it("of channel automation is rolled out too (W-9)", async () => {
    const runner = makeRunner();
    const { manifest, artifact } = await addPackage(runner, { runtime: "channel_automation_wasi" });
    const runtime_constraints = gatesOf("channel_automation_wasi");
    const more = {
      artifact_sha256: EMPTY_HEX,
      artifact_size_bytes: 8,
      artifact_manifest: manifest,
      runtime_constraints,
    };
    const expected = accepted("channel_automation_wasi", artifact, more);
    const given = wasmCase("a", { runtime_profile: "channel-automation-wasi", wasm_manifest: manifest, expected });
    expect(await recorded(runner, [given])).toMatchObject({ applied_cases: 1, wasm_rollouts: 1, failures: [] });
  });

  it("of another blueprint is refused (W-8)", async () => {
    const runner = makeRunner();
    const { manifest } = await addPackage(runner, { blueprint_id: "other" });
    const expected = rejected(422, "deployment_invalid_blueprint", "wasm_manifest_blueprint_mismatch");
    const report = await recorded(runner, [wasmCase("a", { wasm_manifest: manifest, expected })]);
    expect(report.failures).toMatchObject([{ outcome: "malformed_input", reason: "wasm_manifest_blueprint_mismatch" }]);
  });

  it("says of itself why it cannot be used: each fault has a code of its own (W-8)", async () => {
    const codes: Record<string, string> = {};
    for (const [what, spoil] of Object.entries(SPOILED)) {
      const runner = makeRunner();
      const { manifest, artifact_path } = await addPackage(runner);
      spoil(runner.artifacts.files.working_directory, manifest, artifact_path);
      const expected = rejected(400, "deployment_missing_artifact", "invalid_wasm_manifest");
      const report = await recorded(runner, [wasmCase("a", { wasm_manifest: manifest, expected })]);
      expect(report.failures, what).toMatchObject([{ outcome: "malformed_input", reason: "invalid_wasm_manifest" }]);
      codes[what] = report.failures[0]?.detail_code ?? "";
    }
    expect(codes).toEqual({
      "there is no manifest": "manifest_missing",
      "it is no JSON": "manifest_syntax",
      "it is newer": "manifest_newer",
      "there is no artifact": "artifact_missing",
      "the artifact was changed": "artifact_sha256_differs",
      "it claims what is not so": "artifact_size_differs",
      "its artifact would be outside": "artifact_path_escapes",
    });
  });
});

type Files = Map<string, Uint8Array>;

function edit(files: Files, path: string, from: string, to: string): void {
  const text = new TextDecoder().decode(files.get(path));
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
  files.set(path, encodeUtf8(text.replace(from, to)));
}

const SPOILED: { readonly [what: string]: (files: Files, manifest: string, artifact: string) => void } = {
  "there is no manifest": (files, manifest) => files.delete(manifest),
  "it is no JSON": (files, manifest) => files.set(manifest, encodeUtf8("{")),
  "it is newer": (files, manifest) => edit(files, manifest, '"schema_version":1,"source', '"schema_version":2,"source'),
  "there is no artifact": (files, _manifest, artifact) => files.delete(artifact),
  "the artifact was changed": (files, _manifest, artifact) => {
    const bytes = EMPTY_MODULE.slice();
    bytes[4] = 2;
    files.set(artifact, bytes);
  },
  "it claims what is not so": (files, manifest) =>
    edit(files, manifest, '"artifact_size_bytes":8', '"artifact_size_bytes":9'),
  "its artifact would be outside": (files, manifest) =>
    edit(files, manifest, `"artifact_path":"${EMPTY_HEX}`, `"artifact_path":"../${EMPTY_HEX}`),
};
