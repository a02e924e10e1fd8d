import { digestOf, encodeCbor, sha256, toHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { commitHash, makeCommitObject, readCommitObject } from "./commit-object.ts";

describe("objects that are named by their commit hash (formats.md d.15)", () => {
  it("hashes S3's dependencies lock to the published vector", () => {
    const lock = [0x11, 0x22, 0x33].map((byte) => new Uint8Array(32).fill(byte));
    expect(toHex(sha256(encodeCbor(["deps_lock_v1", ...lock])))).toBe(
      "e985efa144f4579c3e8cafa0b048b23a7551f10f4b23d4635072f9cdfaadc42b",
    );
    expect(toHex(commitHash("deps_lock", lock, sha256))).toBe(
      "0ef797d0a582cc2e5f373ba0b4677b1977a8ce7a8e883e1598a71a2ce766f272",
    );
  });

  it("the digest of the stored bytes is the commit hash, and the data comes back", () => {
    const object = makeCommitObject("release", { v: 1 }, sha256);
    expect(object.digest).toBe(digestOf(commitHash("release", { v: 1 }, sha256)));
    expect(readCommitObject("release", object.bytes)).toEqual({ v: 1 });
  });

  it.each<[string, Uint8Array, string]>([
    ["another tag", encodeCbor(["plan_v1", {}]), "object_tag"],
    ["no tag", encodeCbor([{}, {}]), "object_tag"],
    ["no pair", encodeCbor(["release"]), "object_tag"],
    ["a third member", encodeCbor(["release", {}, 0]), "object_tag"],
    ["trailing bytes", new Uint8Array([...encodeCbor(["release", {}]), 0]), "object_encoding"],
    ["nothing", new Uint8Array(0), "object_encoding"],
  ])("%s is refused", (_name, bytes, code) => {
    expect(() => readCommitObject("release", bytes)).toThrow(expect.objectContaining({ code }));
  });
});
