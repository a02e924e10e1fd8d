import { readFileSync } from "node:fs";
import { decodeUtf8, digestOf, sha256 } from "@tau-edge/encoding";
import { inspect } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { FIXED_UNIX_MS } from "./generated-time.ts";
import { inspectionSchema } from "./inspection-schema.ts";
import { judge } from "./judge.ts";
import { legacyConstraints } from "./legacy-constraints.ts";
import { buildManifest } from "./manifest-build.ts";
import { checkManifest } from "./manifest-check.ts";
import { readManifest } from "./manifest-read.ts";
import { originalRefusal } from "./original-rules.test-helper.ts";
import { BUILTIN_PROFILES } from "./profiles-builtin.ts";

const FIXTURES = new URL("../../../wasm-fixtures/", import.meta.url);
const listed: { name: string; file: string }[] = JSON.parse(readFileSync(new URL("fixtures.json", FIXTURES), "utf8"));

/** The only admitted names that the original's prefix does not cover: its rule knows no mangling. */
const UNKNOWN_TO_THE_ORIGINAL = new Set(["module-cm32p2"]);

describe.each(listed)("fixture $name", ({ name, file }) => {
  const artifact = new Uint8Array(readFileSync(new URL(file, FIXTURES)));
  const inspection = inspect(artifact);

  it("is inspected into what the schema describes, every field of it", () => {
    expect(inspectionSchema.parse(inspection)).toEqual(inspection);
  });

  it("has, under every profile that admits it, a manifest that holds and that the original accepts", () => {
    for (const profile of BUILTIN_PROFILES) {
      const verdict = judge(inspection, profile);
      if (!verdict.compliant) continue;
      const input = {
        blueprint_id: "edge-wasm",
        source_name: file,
        artifact: digestOf(sha256(artifact)),
        inspection,
        profile,
        verdict,
        generated_unix_ms: FIXED_UNIX_MS,
      };
      const { bytes } = buildManifest(input, sha256);
      expect(checkManifest({ read: readManifest(bytes), artifact, inspection, profile }, sha256)).toEqual([]);
      const fits = artifact.length <= legacyConstraints(profile.runtime_profile).max_artifact_size_bytes;
      if (fits && !UNKNOWN_TO_THE_ORIGINAL.has(name)) expect(originalRefusal(decodeUtf8(bytes))).toBeUndefined();
    }
  });
});
