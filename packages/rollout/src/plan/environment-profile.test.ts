import { encodeUtf8, sha256 } from "@tau-edge/encoding";
import { makeCommitObject, readCommitObject } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import { ENVIRONMENT_PROFILE_BYTES_MAX } from "../limits.ts";
import {
  defaultEnvironmentProfile,
  environmentProfileObject,
  readEnvironmentProfile,
  readEnvironmentProfileObject,
} from "./environment-profile.ts";

const TOOLCHAIN = `sha256:${"44".repeat(32)}`;
const SMOKE = { check: "smoke", command: ["./smoke", "--quick"], timeout_ms: 1_000 };
const read = (document: unknown) => readEnvironmentProfile(encodeUtf8(JSON.stringify(document)));
const hashOf = (document: unknown) => environmentProfileObject(read(document), sha256).digest;

describe("an environment profile", () => {
  it("that says nothing is the one of an environment that nobody described", () => {
    expect(read({ schema_version: 1, environment: "production" })).toEqual(defaultEnvironmentProfile("prod"));
  });

  it("has one hash, whatever the order of its checks and keys", () => {
    const b = { ...SMOKE, check: "b" };
    const one = { schema_version: 1, environment: "dev", checks: [SMOKE, b] };
    const other = { checks: [b, SMOKE], environment: "dev", schema_version: 1, $schema: "x" };
    expect(hashOf(other)).toBe(hashOf(one));
  });

  it("has another hash with another command, timeout, toolchain or environment", () => {
    const base = { schema_version: 1, environment: "dev", checks: [SMOKE] };
    const digest = `sha256:${"44".repeat(32)}`;
    const variants = [
      base,
      { ...base, environment: "staging" },
      { ...base, checks: [{ ...SMOKE, command: ["./smoke"] }] },
      { ...base, checks: [{ ...SMOKE, timeout_ms: 2 }] },
      { ...base, toolchain_hash: digest },
      { ...base, runtime_env_hash: digest },
    ];
    expect(new Set(variants.map(hashOf)).size).toBe(variants.length);
  });

  it("keeps digests as bytes in its object", () => {
    const profile = read({ schema_version: 1, environment: "dev", toolchain_hash: `sha256:${"44".repeat(32)}` });
    const { bytes } = environmentProfileObject(profile, sha256);
    expect(readCommitObject("environment_profile_v1", bytes)).toMatchObject({
      toolchain_hash: new Uint8Array(32).fill(0x44),
    });
  });

  it("is read back from its object, and only from one that this program could have written", () => {
    const profile = read({ schema_version: 1, environment: "dev", checks: [SMOKE], toolchain_hash: TOOLCHAIN });
    expect(readEnvironmentProfileObject(environmentProfileObject(profile, sha256).bytes)).toEqual(profile);
    const written = { schema_version: 1, environment: "dev", determinism: "bitwise", checks: [] };
    const { checks: _, ...incomplete } = written;
    const foreign = [incomplete, { ...written, toolchain_hash: TOOLCHAIN }, { ...written, environment: "production" }];
    for (const data of foreign) {
      const { bytes } = makeCommitObject("environment_profile_v1", data, sha256);
      expect(() => readEnvironmentProfileObject(bytes)).toThrow(expect.objectContaining({ code: "field_malformed" }));
    }
  });

  it.each<[string, object, string]>([
    ["two checks of one name", { checks: [SMOKE, SMOKE] }, "$.checks"],
    ["a command line for a shell", { checks: [{ ...SMOKE, command: "./smoke --quick" }] }, "$.checks[0].command"],
    ["no program", { checks: [{ ...SMOKE, command: [] }] }, "$.checks[0].command"],
    ["a program without a name", { checks: [{ ...SMOKE, command: [""] }] }, "$.checks[0].command"],
    ["a NUL", { checks: [{ ...SMOKE, command: ["a\0b"] }] }, "$.checks[0].command[0]"],
    ["a check that never ends", { checks: [{ ...SMOKE, timeout_ms: 3_600_001 }] }, "$.checks[0].timeout_ms"],
    ["another determinism", { determinism: "roughly" }, "$.determinism"],
    ["a word that no profile knows", { secrets: {} }, "$"],
  ])("is refused with %s", (_name, changes, at) => {
    expect(() => read({ schema_version: 1, environment: "dev", ...changes })).toThrow(
      expect.objectContaining({ code: "environment_profile_field", at }),
    );
  });

  it("is refused when it is too large or not strict JSON", () => {
    const bytes = new Uint8Array(ENVIRONMENT_PROFILE_BYTES_MAX + 1);
    expect(() => readEnvironmentProfile(bytes)).toThrow(
      expect.objectContaining({ code: "environment_profile_too_large" }),
    );
    expect(() => readEnvironmentProfile(encodeUtf8("{}x"))).toThrow(
      expect.objectContaining({ code: "environment_profile_syntax" }),
    );
  });
});
