import { describe, expect, it } from "vitest";
import { aCase, BODY } from "./case.test-helper.ts";
import type { CaseErrorCode, CaseOutcome, ContractCase } from "./case.ts";
import { evaluate, unavailable, wantedArtifact } from "./evaluate.ts";
import type { CaseFindings, ManifestFinding, ModuleFinding } from "./findings.ts";
import { DETAIL_CHARS_MAX } from "./limits.ts";

type Changes = { readonly [key: string]: unknown };

const SHA = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476";
const ABSENT: ModuleFinding = { outcome: "absent" };
const MODULE: ModuleFinding = { outcome: "valid", artifact_sha256: SHA, artifact_size_bytes: 8 };
const MANIFEST: ManifestFinding = {
  outcome: "valid",
  runtime_profile: "wasm_wasi",
  blueprint_id: "edge-wasm",
  artifact_path: `${SHA}.wasm`,
  artifact_sha256: SHA,
  artifact_size_bytes: 8,
  capability_constraints: ["no_native_process_exec"],
};
const CLOUD = { deploy_target: "container", runtime_profile: "native", wasm_module: "", container_image: "app:1" };

/** Fields as a direct caller may hand them in, past what a loaded fixture can have. */
const direct = (changes: Partial<ContractCase>): ContractCase => ({ ...aCase(), ...changes });

describe("deployment_contract: what a case comes to, row by row", () => {
  it.each<[string, ContractCase, CaseFindings, CaseOutcome, number, CaseErrorCode, string]>([
    [
      "1 simulated",
      direct({ simulate_retryable_failure: true }),
      {},
      "retryable_failure",
      503,
      "deployment_backend_unavailable",
      "control_plane_unavailable",
    ],
    [
      "2 target unknown",
      direct({ deploy_target: "vm" }),
      {},
      "malformed_input",
      400,
      "deployment_invalid_blueprint",
      "unsupported_target",
    ],
    [
      "3 runtime unknown",
      direct({ runtime_profile: "jvm" }),
      {},
      "malformed_input",
      400,
      "deployment_invalid_blueprint",
      "unsupported_runtime_profile",
    ],
    [
      "4 environment unknown",
      direct({ environment: "prod" }),
      {},
      "malformed_input",
      400,
      "deployment_invalid_blueprint",
      "unsupported_environment",
    ],
    [
      "5 wasm with native",
      direct({ runtime_profile: "native" }),
      {},
      "malformed_input",
      422,
      "deployment_unsupported_runtime",
      "runtime_target_mismatch",
    ],
    [
      "5 container with channel_automation_wasi",
      direct({ ...CLOUD, runtime_profile: "channel_automation_wasi" }),
      {},
      "malformed_input",
      422,
      "deployment_unsupported_runtime",
      "runtime_target_mismatch",
    ],
    [
      "6 blueprint blank",
      direct({ blueprint_id: " " }),
      {},
      "malformed_input",
      400,
      "deployment_invalid_blueprint",
      "missing_blueprint_id",
    ],
    [
      "7 region blank",
      direct({ region: "\u0085" }),
      {},
      "malformed_input",
      400,
      "deployment_invalid_blueprint",
      "missing_region",
    ],
    [
      "8 no replica",
      direct({ replicas: 0 }),
      {},
      "malformed_input",
      400,
      "deployment_invalid_blueprint",
      "invalid_replica_count",
    ],
    [
      "9 manifest invalid",
      direct({ wasm_manifest: "m" }),
      { manifest: { outcome: "invalid", code: "x", detail: "y" } },
      "malformed_input",
      400,
      "deployment_missing_artifact",
      "invalid_wasm_manifest",
    ],
    [
      "10 manifest of another runtime",
      direct({ wasm_manifest: "m" }),
      { manifest: { ...MANIFEST, runtime_profile: "channel_automation_wasi" } },
      "malformed_input",
      422,
      "deployment_unsupported_runtime",
      "wasm_manifest_runtime_mismatch",
    ],
    [
      "10 the manifest's runtime is not trimmed",
      direct({ wasm_manifest: "m" }),
      { manifest: { ...MANIFEST, runtime_profile: " wasm_wasi" } },
      "malformed_input",
      422,
      "deployment_unsupported_runtime",
      "wasm_manifest_runtime_mismatch",
    ],
    [
      "11 neither module nor manifest",
      direct({ wasm_module: " " }),
      {},
      "malformed_input",
      400,
      "deployment_missing_artifact",
      "missing_wasm_module",
    ],
    [
      "12 container without image",
      direct({ ...CLOUD, container_image: "" }),
      {},
      "malformed_input",
      400,
      "deployment_missing_artifact",
      "missing_container_image",
    ],
    [
      "12 kubernetes without image",
      direct({ ...CLOUD, deploy_target: "kubernetes", container_image: "\n" }),
      {},
      "malformed_input",
      400,
      "deployment_missing_artifact",
      "missing_container_image",
    ],
    [
      "a manifest of another blueprint",
      direct({ wasm_manifest: "m" }),
      { manifest: { ...MANIFEST, blueprint_id: "other" } },
      "malformed_input",
      422,
      "deployment_invalid_blueprint",
      "wasm_manifest_blueprint_mismatch",
    ],
    [
      "a module that is none",
      direct({}),
      { module: { outcome: "invalid", code: "x", detail: "y" } },
      "malformed_input",
      400,
      "deployment_missing_artifact",
      "invalid_wasm_module",
    ],
  ])("%s", (_row, given, findings, outcome, status_code, error_code, reason) => {
    const status = outcome === "retryable_failure" ? "retryable" : "rejected";
    expect(evaluate(given, findings)).toMatchObject({ outcome, status_code, error_code, reason, rollout_strategy: "" });
    expect(evaluate(given, findings).response_body).toStrictEqual({ status, reason });
  });

  it("the first row that applies counts", () => {
    const breaks: Partial<ContractCase>[] = [
      { simulate_retryable_failure: true },
      { deploy_target: "vm" },
      { runtime_profile: "jvm" },
      { environment: "prod" },
      { runtime_profile: "native" },
      { blueprint_id: "" },
      { region: "" },
      { replicas: 0 },
      { wasm_module: "" },
    ];
    breaks.forEach((first, index) => {
      for (const second of breaks.slice(index + 1))
        expect(evaluate(direct({ ...second, ...first }), {}).reason).toBe(evaluate(direct(first), {}).reason);
    });
  });

  it("a manifest of another runtime and of another blueprint is told as S1 tells it", () => {
    const manifest = { ...MANIFEST, runtime_profile: "native", blueprint_id: "other" };
    expect(evaluate(direct({ wasm_manifest: "m" }), { manifest }).reason).toBe("wasm_manifest_runtime_mismatch");
  });
});

describe("deployment_contract: row 13, the body", () => {
  it.each([
    ["container", "recreate"],
    ["kubernetes", "rolling"],
  ])("%s answers 202 and %s", (deploy_target, rollout_strategy) => {
    const evaluation = evaluate(aCase({ ...CLOUD, deploy_target, container_image: " app:1 " }), {});
    expect(evaluation).toMatchObject({
      outcome: "success",
      status_code: 202,
      error_code: "",
      reason: "",
      rollout_strategy,
    });
    expect(evaluation.response_body).toStrictEqual({
      status: "accepted",
      blueprint_id: "edge-wasm",
      deploy_target,
      runtime_profile: "native",
      environment: "production",
      region: "iad",
      replicas: 2,
      rollout_strategy,
      artifact: "app:1",
    });
  });

  it.each(["wasm_wasi", "channel_automation_wasi"])("wasm with %s answers 201 and canary", (runtime_profile) => {
    const evaluation = evaluate(aCase({ runtime_profile }), { module: ABSENT });
    expect(evaluation).toMatchObject({
      outcome: "success",
      status_code: 201,
      error_code: "",
      rollout_strategy: "canary",
    });
    expect(evaluation.response_body).toStrictEqual({ ...BODY, runtime_profile });
  });

  it("shows the case in normal form", () => {
    const spelled = { deploy_target: " WASM ", runtime_profile: "Wasm-Wasi", environment: "PRODUCTION\u0085" };
    const padded = { blueprint_id: " edge-wasm ", region: "\tiad", wasm_module: " edge/runtime.wasm " };
    expect(evaluate(aCase({ ...spelled, ...padded }), { module: ABSENT }).response_body).toStrictEqual(BODY);
  });

  it("lowercases neither blueprint nor region, and strips no U+FEFF", () => {
    const given = aCase({ blueprint_id: "Edge\ufeff", region: "IAD" });
    expect(evaluate(given, { module: ABSENT }).response_body).toMatchObject({
      blueprint_id: "Edge\ufeff",
      region: "IAD",
    });
  });

  it("of a manifest, its artifact verbatim, and four more keys", () => {
    const given = aCase({ wasm_manifest: " dir/m.json " });
    const evaluation = evaluate(given, { manifest: { ...MANIFEST, artifact_path: " x.wasm" } });
    expect(evaluation.response_body).toStrictEqual({
      ...BODY,
      artifact: " x.wasm",
      artifact_sha256: SHA,
      artifact_size_bytes: 8,
      artifact_manifest: "dir/m.json",
      runtime_constraints: ["no_native_process_exec"],
    });
  });

  it("of a module that was opened, no more than S1 says; its digest stands beside it", () => {
    const evaluation = evaluate(aCase(), { module: MODULE });
    expect(evaluation.response_body).toStrictEqual(BODY);
    expect(evaluation.artifact).toMatchObject({
      artifact: "edge/runtime.wasm",
      artifact_sha256: SHA,
      artifact_size_bytes: 8,
    });
  });
});

describe("deployment_contract: what is to be looked at", () => {
  it.each<[string, Changes, unknown]>([
    ["a module", {}, { kind: "module", path: "edge/runtime.wasm" }],
    ["a manifest, which wins over a module", { wasm_manifest: " m.json " }, { kind: "manifest", path: "m.json" }],
    ["nothing for an image", CLOUD, undefined],
    [
      "nothing where the case alone decides",
      {
        environment: "prod",
        expected: { outcome: "malformed_input", status_code: 400, error_code: "deployment_invalid_blueprint" },
      },
      undefined,
    ],
  ])("%s", (_name, changes, wanted) => {
    expect(wantedArtifact(aCase(changes))).toEqual(wanted);
  });

  it("nothing for a simulated failure", () => {
    expect(wantedArtifact(direct({ simulate_retryable_failure: true }))).toBeUndefined();
  });

  it("and who did not look cannot evaluate", () => {
    expect(() => evaluate(aCase(), {})).toThrow("the module that the case names was not looked at");
    expect(() => evaluate(aCase({ wasm_manifest: "m" }), { module: ABSENT })).toThrow(
      "the manifest that the case names was not looked at",
    );
  });
});

describe("deployment_contract: details, which S1's one reason for all load failures hides", () => {
  it("are those of the file", () => {
    const manifest: ManifestFinding = {
      outcome: "invalid",
      code: "sha256_mismatch",
      detail: "The artifact was changed",
    };
    expect(evaluate(aCase({ wasm_manifest: "m" }), { manifest })).toMatchObject({
      detail_code: "sha256_mismatch",
      detail: "The artifact was changed",
      artifact: { artifact: "edge/runtime.wasm", artifact_manifest: "m", artifact_sha256: "" },
    });
  });

  it("are bounded and well-formed", () => {
    const detail = `${"x".repeat(DETAIL_CHARS_MAX - 2)}\u{1f600}\ud800 and more`;
    const clipped = evaluate(aCase(), { module: { outcome: "invalid", code: "c", detail } }).detail;
    expect(clipped).toBe(`${"x".repeat(DETAIL_CHARS_MAX - 2)}…`);
    expect(unavailable(aCase(), "\ud800").detail.isWellFormed()).toBe(true);
  });

  it("name what a manifest is for", () => {
    expect(evaluate(aCase({ wasm_manifest: "m" }), { manifest: { ...MANIFEST, blueprint_id: "other" } })).toMatchObject(
      {
        detail: "The manifest is for the blueprint other",
        artifact: { artifact_sha256: SHA },
      },
    );
  });
});

it("a deployment that a backend did not accept is the simulated one, with what the backend said", () => {
  const simulated = evaluate(direct({ simulate_retryable_failure: true }), {});
  expect(unavailable(aCase(), "")).toStrictEqual(simulated);
  expect(unavailable(aCase(), "connection refused")).toStrictEqual({ ...simulated, detail: "connection refused" });
});
