import { encodeUtf8, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { ManifestError } from "./errors.ts";
import { legacyConstraints } from "./legacy-constraints.ts";
import { parseProfile, profileDigest } from "./profile-file.ts";
import { BUILTIN_PROFILES, builtinProfile, DEFAULT_PROFILE, legacyProfile } from "./profiles-builtin.ts";

const SMALLEST = {
  schema_version: 1,
  profile_id: "mine_v1",
  runtime_profile: "wasm_wasi",
  kinds: ["component"],
  capabilities: [],
  features: "all",
  size_bytes_max: 1_000_000,
};
const parse = (document: unknown) => parseProfile(encodeUtf8(JSON.stringify(document)));

function refusal(bytes: string): ManifestError {
  try {
    parseProfile(encodeUtf8(bytes));
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("a profile file", () => {
  it("grants nothing that it does not say", () => {
    expect(parse(SMALLEST)).toEqual({
      ...SMALLEST,
      description: "",
      wasi: [],
      worlds: [],
      core_modules: [],
      plain_imports: [],
      feature_gates: legacyConstraints("wasm_wasi").required_feature_gates,
    });
  });

  it("gets the labels of its own runtime profile by default", () => {
    const { feature_gates } = parse({ ...SMALLEST, runtime_profile: "channel_automation_wasi" });
    expect(feature_gates).toContain("channel_event_dispatch_host_capability");
  });

  it.each(BUILTIN_PROFILES)("can be what `profile show $profile_id` prints, under another id", (profile) => {
    const copy = { ...profile, profile_id: "copy_v1" };
    expect(parse({ $schema: "profile.schema.json", ...copy })).toEqual(copy);
  });

  it.each([
    [{ profile_id: "Mine" }, "$.profile_id"],
    [{ profile_id: "wasi_preview2_v1" }, "$.profile_id"],
    [{ schema_version: 2 }, "$.schema_version"],
    [{ runtime_profile: "wasm-wasi" }, "$.runtime_profile"],
    [{ kinds: [] }, "$.kinds"],
    [{ kinds: ["component", "wit_package"] }, "$.kinds[1]"],
    [{ capabilities: undefined }, "$.capabilities"],
    [{ capabilities: ["stdio", "everything"] }, "$.capabilities"],
    [{ features: "none" }, "$.features"],
    [{ size_bytes_max: 0 }, "$.size_bytes_max"],
    [{ size_bytes_max: 128 * 1024 * 1024 + 1 }, "$.size_bytes_max"],
    [{ worlds: ["wasi:http/proxy"] }, "$.worlds[0]"],
    [{ worlds: ["wasi:http/proxy@0.2", "wasi:http/proxy@0.3"] }, "$.worlds[1]"],
    [{ wasi: [{ package: "wasi:cli", track: "0.4" }] }, "$.wasi[0].track"],
    [{ wasi: [{ package: "evil:cli", track: "0.2" }] }, "$.wasi[0].package"],
    [{ wasi: [{ package: "wasi:cli", track: "0.2", min_version: "0.3.0" }] }, "$.wasi[0].min_version"],
    [{ wasi: [{ package: "wasi:cli", track: "0.2", max_version: "0.2.x" }] }, "$.wasi[0].max_version"],
    [{ wasi: [{ package: "wasi:cli", track: "0.2", any: 1 }] }, "$.wasi[0]"],
    [{ wasi: [{ package: "wasi:cli", track: "0.2", min_version: "0.2.9", max_version: "0.2.3" }] }, "$.wasi[0]"],
    [{ wasi: [{ package: "wasi:clii", track: "0.2" }] }, "$.wasi[0].package"],
    [{ wasi: [{ package: "wasi:io", track: "0.3" }] }, "$.wasi[0].package"],
    [{ wasi: [{ package: "wasi:cli", track: "0.2", interfaces: ["run", "enviroment"] }] }, "$.wasi[0].interfaces[1]"],
    [{ core_modules: ["wasi_snapshot_preview1"] }, "$.core_modules[0]"],
    [{ core_modules: ["env", " "] }, "$.core_modules[1]"],
    [{ plain_imports: ["wasi:io/poll@0.2.0"] }, "$.plain_imports[0]"],
    [{ feature_gates: [] }, "$.feature_gates"],
    // Blank for the original, which would refuse the manifest, and no white space for ECMAScript.
    [{ feature_gates: ["x", "\u0085"] }, "$.feature_gates[1]"],
    [{ surprise: 1 }, "$"],
  ])("is refused with its place: %j", (changes, at) => {
    const error = refusal(JSON.stringify({ ...SMALLEST, ...changes }));
    expect(error).toMatchObject({ code: "profile_field", at });
    expect(error.remedy).toMatch(/\.$/);
  });

  it("is refused with the key that nobody knows, and how to go on", () => {
    expect(refusal(JSON.stringify({ ...SMALLEST, size_max: 1 })).remedy).toContain("Remove `size_max`");
    expect(refusal(`{"__proto__":{"kinds":[]},${JSON.stringify(SMALLEST).slice(1)}`)).toMatchObject({ at: "$" });
  });

  it("is refused when it is not strict JSON or too large", () => {
    expect(refusal('{"kinds":[],"kinds":[]}')).toMatchObject({ code: "profile_syntax", at: "12" });
    expect(refusal(" ".repeat(256 * 1024 + 1))).toMatchObject({ code: "profile_too_large" });
  });
});

describe("the built-in profiles", () => {
  it("have distinct ids, and the default has no cap of its own", () => {
    expect(new Set(BUILTIN_PROFILES.map((profile) => profile.profile_id)).size).toBe(BUILTIN_PROFILES.length);
    expect(DEFAULT_PROFILE).toMatchObject({ profile_id: "wasi_preview2_v1", size_bytes_max: 134_217_728 });
    expect(builtinProfile("nobody")).toBeUndefined();
    expect(builtinProfile("__proto__")).toBeUndefined();
  });

  it.each([
    ["wasm_wasi", "control_plane_gateway_v1", 2_097_152],
    ["channel_automation_wasi", "channel_automation_runtime_v1", 1_048_576],
  ] as const)("S1's for %s agrees with its constraint object", (runtime, id, size) => {
    const constraints = legacyConstraints(runtime);
    expect(legacyProfile(runtime)).toMatchObject({ profile_id: id, runtime_profile: runtime, size_bytes_max: size });
    expect(constraints).toMatchObject({ profile_id: id, max_artifact_size_bytes: size });
    expect(legacyProfile(runtime).feature_gates).toEqual(constraints.required_feature_gates);
  });

  it("have digests that follow the rules, not the order of keys", () => {
    const reversed = Object.fromEntries(Object.entries(DEFAULT_PROFILE).reverse());
    expect(profileDigest({ ...DEFAULT_PROFILE, ...reversed }, sha256)).toBe(profileDigest(DEFAULT_PROFILE, sha256));
    expect(profileDigest({ ...DEFAULT_PROFILE, description: "reworded" }, sha256)).toBe(
      profileDigest(DEFAULT_PROFILE, sha256),
    );
    expect(new Set(BUILTIN_PROFILES.map((profile) => profileDigest(profile, sha256))).size).toBe(
      BUILTIN_PROFILES.length,
    );
  });
});
