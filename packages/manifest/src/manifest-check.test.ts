import { digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import type { Inspection } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { FIXED_UNIX_MS } from "./generated-time.ts";
import { componentWith, moduleWith } from "./inspection.test-helper.ts";
import { judge } from "./judge.ts";
import { legacyConstraints } from "./legacy-constraints.ts";
import { buildManifest } from "./manifest-build.ts";
import { checkManifest, MISMATCH_MEANINGS, manifestHolds } from "./manifest-check.ts";
import { readManifest } from "./manifest-read.ts";
import { builtinProfile, DEFAULT_PROFILE } from "./profiles-builtin.ts";

const ARTIFACT = new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
const INSPECTION = componentWith(["wasi:cli/stdout@0.2.3"], {
  roles: ["command"],
  capabilities: ["stdio"],
  export_count: 1,
  nested: [
    {
      path: "module/0",
      kind: "module",
      at: 20,
      size_bytes: 9,
      import_names: ["", "wasi_snapshot_preview1"],
      import_count: 2,
      export_count: 0,
    },
  ],
});

const built = buildManifest(
  {
    blueprint_id: "edge-wasm",
    source_name: "x.wasm",
    artifact: digestOf(sha256(ARTIFACT)),
    inspection: INSPECTION,
    profile: DEFAULT_PROFILE,
    verdict: judge(INSPECTION, DEFAULT_PROFILE),
    generated_unix_ms: FIXED_UNIX_MS,
  },
  sha256,
);

/** Mismatches of the built manifest after an edit of its JSON text's value, written canonically unless asked. */
function check(edit: (manifest: Record<string, unknown>) => void, inspection: Inspection | undefined = INSPECTION) {
  const document: Record<string, unknown> = { ...structuredClone(built.manifest) };
  edit(document);
  const bytes = encodeUtf8(sortedJson(document));
  const read = readManifest(bytes);
  const verdict = judge(INSPECTION, DEFAULT_PROFILE);
  return checkManifest({ read, artifact: ARTIFACT, inspection, profile: DEFAULT_PROFILE, verdict }, sha256);
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${sortedJson(member)}`).join(",")}}`;
}

const facts = (manifest: Record<string, unknown>) => manifest["tau_edge"] as Record<string, unknown>;

describe("deployment_wasm: a manifest of ours", () => {
  it("holds for the bytes that it was made of", () => {
    expect(check(() => {})).toEqual([]);
  });

  it.each([
    [
      "artifact_size_differs",
      "$.artifact_size_bytes",
      (m: Record<string, unknown>) => {
        m["artifact_size_bytes"] = 9;
      },
    ],
    [
      "artifact_sha256_differs",
      "$.artifact_sha256",
      (m: Record<string, unknown>) => {
        m["artifact_sha256"] = "0".repeat(64);
      },
    ],
    [
      "observed_imports_differ",
      "$.observed_import_modules",
      (m: Record<string, unknown>) => {
        m["observed_import_modules"] = [];
      },
    ],
    [
      "runtime_constraints_differ",
      "$.runtime_constraints",
      (m: Record<string, unknown>) => {
        m["runtime_constraints"] = legacyConstraints("channel_automation_wasi");
      },
    ],
    [
      "artifact_facts_differ",
      "$.tau_edge.artifact_kind",
      (m: Record<string, unknown>) => {
        facts(m)["artifact_kind"] = "module";
      },
    ],
    [
      "artifact_facts_differ",
      "$.tau_edge.roles",
      (m: Record<string, unknown>) => {
        facts(m)["roles"] = [];
      },
    ],
    [
      "artifact_facts_differ",
      "$.tau_edge.interfaces",
      (m: Record<string, unknown>) => {
        facts(m)["interfaces"] = [];
      },
    ],
    [
      "artifact_facts_differ",
      "$.tau_edge.capabilities",
      (m: Record<string, unknown>) => {
        facts(m)["capabilities"] = [];
      },
    ],
    [
      "artifact_facts_differ",
      "$.tau_edge.export_count",
      (m: Record<string, unknown>) => {
        facts(m)["export_count"] = 2;
      },
    ],
    [
      "artifact_facts_differ",
      "$.tau_edge.name",
      (m: Record<string, unknown>) => {
        facts(m)["name"] = "other";
      },
    ],
    [
      "artifact_facts_differ",
      "$.tau_edge.producers",
      (m: Record<string, unknown>) => {
        facts(m)["producers"] = [];
      },
    ],
    [
      "artifact_facts_differ",
      "$.tau_edge.licences",
      (m: Record<string, unknown>) => {
        facts(m)["licences"] = "MIT";
      },
    ],
    [
      "profile_differs",
      "$.tau_edge.profile_digest",
      (m: Record<string, unknown>) => {
        facts(m)["profile_digest"] = `sha256:${"0".repeat(64)}`;
      },
    ],
    [
      "profile_differs",
      "$.capability_constraints",
      (m: Record<string, unknown>) => {
        m["capability_constraints"] = [...DEFAULT_PROFILE.feature_gates, "and_a_label_more"];
      },
    ],
    [
      "verdict_differs",
      "$.tau_edge.reason_codes",
      (m: Record<string, unknown>) => {
        facts(m)["reason_codes"] = [];
      },
    ],
  ] as const)("is caught with %s at %s", (code, at, edit) => {
    const mismatches = check(edit);
    expect(mismatches).toMatchObject([{ code, at, fatal: true }]);
    expect(mismatches[0]?.claimed).not.toEqual(mismatches[0]?.actual);
    expect(manifestHolds(mismatches)).toBe(false);
  });

  it("is caught without a label that its runtime requires, whatever the profile says", () => {
    const mismatches = check((manifest) => {
      manifest["capability_constraints"] = ["x"];
    });
    expect(mismatches.map(({ code }) => code)).toEqual(["capability_constraints_differ", "profile_differs"]);
  });

  it("is caught for another runtime than its profile's, however consistent the rest is", () => {
    const constraints = legacyConstraints("channel_automation_wasi");
    const mismatches = check((manifest) => {
      manifest["runtime_profile"] = "channel_automation_wasi";
      manifest["runtime_constraints"] = constraints;
      manifest["capability_constraints"] = constraints.required_feature_gates;
    });
    expect(mismatches.map(({ code, at }) => `${code} ${at}`)).toEqual([
      "profile_differs $.runtime_profile",
      "profile_differs $.capability_constraints",
    ]);
    expect(manifestHolds(mismatches)).toBe(false);
  });

  it("is only noted when other rules judged it", () => {
    const mismatches = check((manifest) => {
      facts(manifest)["policy_revision"] = "older+rules-0";
      facts(manifest)["reason_codes"] = ["a_code_of_those_rules"];
    });
    expect(mismatches).toMatchObject([{ code: "policy_revision_differs", fatal: false, claimed: "older+rules-0" }]);
    expect(manifestHolds(mismatches)).toBe(true);
  });

  it("is caught in another layout: our files have one form", () => {
    const read = readManifest(encodeUtf8(JSON.stringify(built.manifest, null, 2)));
    const input = { read, artifact: ARTIFACT, inspection: INSPECTION, profile: DEFAULT_PROFILE };
    expect(checkManifest(input, sha256)).toMatchObject([{ code: "manifest_not_canonical", at: "$" }]);
  });

  it("is compared with nothing but size and digest when the bytes cannot be read", () => {
    const noInspection = (edit: (manifest: Record<string, unknown>) => void) => {
      const document: Record<string, unknown> = { ...structuredClone(built.manifest) };
      edit(document);
      const read = readManifest(encodeUtf8(sortedJson(document)));
      const input = { read, artifact: ARTIFACT, inspection: undefined, profile: DEFAULT_PROFILE };
      return checkManifest(input, sha256);
    };
    expect(
      noInspection((manifest) => {
        facts(manifest)["roles"] = [];
      }),
    ).toEqual([]);
    expect(
      noInspection((manifest) => {
        manifest["artifact_size_bytes"] = 1;
      }),
    ).toHaveLength(1);
  });

  it.each([builtinProfile("wasi_preview3_v1"), undefined])("says that a profile was not compared: %#", (profile) => {
    const read = readManifest(built.bytes);
    const input = { read, artifact: ARTIFACT, inspection: INSPECTION, ...(profile !== undefined && { profile }) };
    const mismatches = checkManifest(input, sha256);
    expect(mismatches).toMatchObject([
      { code: "profile_not_compared", at: "$.tau_edge.profile_id", claimed: "wasi_preview2_v1", fatal: false },
    ]);
    expect(manifestHolds(mismatches)).toBe(true);
  });
});

describe("deployment_wasm: a manifest of the original", () => {
  const original = (inspection: Inspection, observed_import_modules: string[]) => {
    const { tau_edge: _, ...manifest } = built.manifest;
    const bytes = encodeUtf8(JSON.stringify({ ...manifest, observed_import_modules }, null, 2));
    return checkManifest({ read: readManifest(bytes), artifact: ARTIFACT, inspection }, sha256);
  };

  it("is held to what the original could see: core imports, those of nested modules included", () => {
    expect(original(INSPECTION, ["", "wasi_snapshot_preview1"])).toEqual([]);
    expect(original(INSPECTION, ["wasi:cli/stdout@0.2.3"])).toMatchObject([
      { code: "observed_imports_differ", actual: ["", "wasi_snapshot_preview1"] },
    ]);
  });

  it("for channel automation is invalid without constraints, because the default is the other profile", () => {
    const { tau_edge: _, runtime_constraints: __, ...manifest } = built.manifest;
    const channel = { ...manifest, runtime_profile: "channel_automation_wasi", observed_import_modules: [] };
    const read = readManifest(encodeUtf8(JSON.stringify(channel)));
    const mismatches = checkManifest({ read, artifact: ARTIFACT, inspection: undefined }, sha256);
    expect(mismatches.map(({ code }) => code)).toEqual(["runtime_constraints_differ", "capability_constraints_differ"]);
  });

  it("may have any layout, and its list any order", () => {
    expect(original(moduleWith(["env", "wasi:io/poll@0.2.0"]), ["wasi:io/poll@0.2.0", "env", "env"])).toEqual([]);
    expect(original(moduleWith(["env"]), [])).toMatchObject([{ code: "observed_imports_differ", actual: ["env"] }]);
  });
});

it("every mismatch has a sentence", () => {
  for (const sentence of Object.values(MISMATCH_MEANINGS)) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
