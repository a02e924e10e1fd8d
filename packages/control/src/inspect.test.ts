import { keyValueLine } from "@tau-edge/contract";
import { encodeUtf8, sha256, writeCanonicalJson } from "@tau-edge/encoding";
import { builtinProfile, DEFAULT_PROFILE, type Profile } from "@tau-edge/manifest";
import { describe, expect, it } from "vitest";
import { diffArtifacts } from "./diff-artifacts.ts";
import { inspectArtifact } from "./inspect-artifact.ts";
import { inspectManifest } from "./inspect-manifest.ts";
import { legacyInspectReport, legacyPackageReport } from "./legacy-reports.ts";
import {
  EMPTY_MODULE,
  fixedValidator,
  MALFORMED,
  makeDeployment,
  moduleNumber,
  PREVIEW1_MODULE,
  packageInto,
  request,
} from "./packaging.test-helper.ts";
import { preparePackage } from "./prepare-package.ts";

const ports = { sha256 };
const inspectDefault = (bytes: Uint8Array) => inspectArtifact("x.wasm", bytes, { profile: DEFAULT_PROFILE }, ports);

/** A fresh pair of manifest and artifact. */
async function pair(profile: Profile = DEFAULT_PROFILE) {
  const prepared = await preparePackage(request(EMPTY_MODULE, { profile }), ports);
  if (prepared.outcome !== "prepared") throw new Error("refused");
  return { manifest: prepared.manifest_bytes, artifact: EMPTY_MODULE };
}

const check = (manifest: Uint8Array, artifact: Uint8Array) =>
  inspectManifest("m.json", manifest, {}, { sha256, readArtifact: () => artifact });

describe("inspecting a binary", () => {
  it("puts the verdict at the top and the facts below", async () => {
    const report = await inspectDefault(EMPTY_MODULE);
    expect(report).toMatchObject({ file: "x.wasm", compliant: true, size_bytes: 8, inspection: { kind: "module" } });
    expect("deep" in report).toBe(false);
  });

  it("judges malformed bytes instead of throwing, and shows them to no validator", async () => {
    const validator = fixedValidator({ result: "passed", validators: [] });
    const report = await inspectArtifact("x", MALFORMED, { profile: DEFAULT_PROFILE }, { sha256, validator });
    expect(report).toMatchObject({ compliant: false, error: { code: expect.stringMatching(/^E_/) } });
    expect(report.inspection).toBeUndefined();
    expect(validator.shown).toEqual([]);
  });

  it("computes features when asked, and when the profile gates them", async () => {
    const gated: Profile = { ...DEFAULT_PROFILE, profile_id: "mine", features: [] };
    expect((await inspectDefault(EMPTY_MODULE)).inspection?.features).toBeUndefined();
    const asked = await inspectArtifact("x", EMPTY_MODULE, { profile: DEFAULT_PROFILE, features: true }, ports);
    expect(asked.inspection?.features).toEqual([]);
    expect((await inspectArtifact("x", EMPTY_MODULE, { profile: gated }, ports)).features).toEqual([]);
  });

  it("shows validators also what is not compliant, when a deep pass is asked for", async () => {
    const validator = fixedValidator({ result: "failed", validators: [], reason: "validator_refused", detail: "bad" });
    const report = await inspectArtifact("x", PREVIEW1_MODULE, { profile: DEFAULT_PROFILE }, { sha256, validator });
    expect(report.deep?.result).toBe("failed");
    expect(report.reason_codes).toEqual(expect.arrayContaining(["import_module_forbidden", "deep_validation_failed"]));
  });
});

describe("inspecting a manifest with its artifact", () => {
  it("holds for what was just packaged, by the profile that it names", async () => {
    const { manifest, artifact } = await pair(builtinProfile("control_plane_gateway_v1"));
    const report = await check(manifest, artifact);
    expect(report).toMatchObject({ holds: true, mismatches: [], compliant: true, written_by: "tau_edge" });
    expect(report.profile_id).toBe("control_plane_gateway_v1");
  });

  it("does not hold for other bytes, and judges those bytes", async () => {
    const { manifest } = await pair();
    const report = await check(manifest, PREVIEW1_MODULE);
    expect(report.holds).toBe(false);
    expect(report.mismatches.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["artifact_size_differs", "artifact_sha256_differs", "observed_imports_differ"]),
    );
    expect(report.compliant).toBe(false);
  });

  it("reads the artifact once", async () => {
    const { manifest, artifact } = await pair();
    let reads = 0;
    const readArtifact = () => {
      reads += 1;
      return artifact;
    };
    await inspectManifest("m.json", manifest, {}, { sha256, readArtifact });
    expect(reads).toBe(1);
  });

  it("does not follow a path out of the directory", async () => {
    const { manifest, artifact } = await pair();
    const text = new TextDecoder().decode(manifest).replace(/"artifact_path":"[^"]*"/, '"artifact_path":"../x.wasm"');
    await expect(check(encodeUtf8(text), artifact)).rejects.toMatchObject({ code: "artifact_path_escapes" });
  });
});

describe("comparing two binaries", () => {
  it("names what the second one imports more", () => {
    const named = (bytes: Uint8Array) => ({ file: "x", bytes });
    const report = diffArtifacts(named(EMPTY_MODULE), named(PREVIEW1_MODULE), sha256);
    expect(report).toMatchObject({ same_bytes: false, gains_capability: true });
    expect(report.imports.gained).toEqual(["wasi_snapshot_preview1#f"]);
    expect(diffArtifacts(named(EMPTY_MODULE), named(EMPTY_MODULE), sha256).same_bytes).toBe(true);
  });
});

describe("the original's reports", () => {
  it("of packaging has its fields in its order", async () => {
    const report = await packageInto(makeDeployment(), request(moduleNumber(0)));
    const legacy = legacyPackageReport(report, ".tau/deployment/state.json");
    expect(Object.keys(legacy)).toEqual([
      "blueprint_id",
      "runtime_profile",
      "source_module_path",
      "artifact_path",
      "artifact_sha256",
      "artifact_size_bytes",
      "manifest_path",
      "state_path",
      "state_updated",
      "capability_constraints",
      "constraint_profile_id",
      "compliance_reason_codes",
    ]);
    expect(legacy).toMatchObject({ source_module_path: "dir/app.wasm", state_updated: true });
    expect(keyValueLine(legacy)).toContain(
      "blueprint_id=app runtime_profile=wasm_wasi source_module_path=dir/app.wasm",
    );
  });

  it("of inspecting has its fields in its order, and can say no", async () => {
    const { manifest } = await pair();
    const legacy = legacyInspectReport(await check(manifest, PREVIEW1_MODULE));
    expect(Object.keys(legacy)).toEqual([
      "manifest_path",
      "blueprint_id",
      "runtime_profile",
      "constraint_profile_id",
      "constraint_target_role",
      "required_runtime_profile",
      "required_abi",
      "compliant",
      "reason_codes",
      "observed_import_modules",
      "required_feature_gates",
      "max_artifact_size_bytes",
    ]);
    expect(legacy).toMatchObject({ compliant: false, required_abi: "wasi:*", max_artifact_size_bytes: 2_097_152 });
    expect(keyValueLine(legacy)).toContain("observed_import_modules=none");
  });

  it("accepts a manifest of the original", async () => {
    const { manifest, artifact } = await pair();
    const { tau_edge: _, ...original } = JSON.parse(new TextDecoder().decode(manifest));
    const report = await check(writeCanonicalJson(original), artifact);
    expect(report).toMatchObject({ written_by: "original", holds: true, compliant: true });
  });
});
