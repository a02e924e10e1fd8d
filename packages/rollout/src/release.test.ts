import { digestBytes, encodeCbor, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { RolloutError } from "./errors.ts";
import { type Release, readRelease, releaseObject } from "./release.ts";

const MANIFEST = `sha256:${"22".repeat(32)}` as const;
const SMALL: Release = { v: 1, manifest_digest: MANIFEST, profile_id: "wasi_preview2_v1" };
const FULL: Release = {
  ...SMALL,
  version: "1.4.2+build.7",
  code_commit_hash: "ab".repeat(20),
  lockfile_hash: MANIFEST,
  toolchain_hash: MANIFEST,
  sbom_hash: MANIFEST,
  derived_hash: MANIFEST,
};

describe("a release", () => {
  it.each([SMALL, FULL])("comes back from its object as it was: %j", (release) => {
    expect(readRelease(releaseObject(release, sha256).bytes)).toEqual(release);
  });

  it.each<[object, string]>([
    [{ version: "1.4.2\n" }, "$.version"],
    [{ version: "v".repeat(129) }, "$.version"],
    [{ code_commit_hash: "AB".repeat(20) }, "$.code_commit_hash"],
    [{ profile_id: "Mine" }, "$.profile_id"],
    [{ colour: "red" }, "$"],
  ])("is not made with %j", (changes, at) => {
    expect(() => releaseObject({ ...FULL, ...changes }, sha256)).toThrow(RolloutError);
    expect(() => releaseObject({ ...FULL, ...changes }, sha256)).toThrow(
      expect.objectContaining({ code: "release_field", at }),
    );
  });

  const stored = { v: 1, manifest_digest: digestBytes(MANIFEST), profile_id: "wasi_preview2_v1" };
  it.each<[string, Parameters<typeof encodeCbor>[0]]>([
    ["without a manifest", { v: 1, profile_id: "x" }],
    ["with a digest as text", { ...stored, manifest_digest: MANIFEST }],
    ["with null for what is absent", { ...stored, version: null }],
    ["with a field that nobody knows", { ...stored, colour: "red" }],
    ["of a newer form", { ...stored, v: 2 }],
    ["that is no map", "release"],
  ])("is not read %s", (_name, data) => {
    expect(() => readRelease(encodeCbor(["release", data]))).toThrow(
      expect.objectContaining({ code: "field_malformed" }),
    );
  });
});
