import { type Digest, digestBytes, digestOf, encodeCbor, sha256, startSha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { isTreePath, startTreeHash, type TreeEntry, treeHash } from "./tree-hash.ts";

const empty = digestOf(sha256(new Uint8Array(0)));
const file = (path: string, size_bytes = 0, digest: Digest = empty): TreeEntry => ({
  path,
  size_bytes,
  sha256: digest,
});

describe("treeHash", () => {
  it("is the SHA-256 of the CBOR of the sorted list, also when the list is written in one piece", () => {
    for (const count of [0, 1, 23, 24, 255, 256, 70_000]) {
      const files = Array.from({ length: count }, (_, i) => file(`d/${String(i).padStart(6, "0")}`, i));
      const list = files.map(({ path, size_bytes }) => [path, size_bytes, digestBytes(empty)]);
      expect(treeHash(files, startSha256), `${count} files`).toBe(digestOf(sha256(encodeCbor(["tree_v1", list]))));
    }
  });

  it("does not depend on the order, and sorts by bytes of UTF-8, not by code units", () => {
    const files = [file("\u{10000}"), file("\uffff"), file("a/b"), file("a-b"), file("a")];
    expect(treeHash(files, startSha256)).toBe(treeHash(files.toReversed(), startSha256));
    const tree = startTreeHash(2, startSha256);
    tree.add(file("\uffff"));
    tree.add(file("\u{10000}"));
    expect(tree.digest()).toBe(treeHash([file("\u{10000}"), file("\uffff")], startSha256));
  });

  it("changes with each field of each file", () => {
    const hash = treeHash([file("a"), file("b")], startSha256);
    const other = digestOf(sha256(new Uint8Array(1)));
    for (const files of [
      [file("a")],
      [file("a"), file("c")],
      [file("a"), file("b", 1)],
      [file("a"), file("b", 0, other)],
    ])
      expect(treeHash(files, startSha256)).not.toBe(hash);
  });

  it("refuses a path twice, paths out of order, and another number than was promised", () => {
    expect(() => treeHash([file("a"), file("a")], startSha256)).toThrow(/tree_malformed at a/);
    const tree = startTreeHash(2, startSha256);
    tree.add(file("b"));
    expect(() => tree.add(file("a"))).toThrow(/tree_malformed at a/);
    expect(() => tree.digest()).toThrow(/tree_malformed/);
  });

  it.each(["", "/a", "a/", "a//b", ".", "../a", "a/../b", "a/./b", "a\\b", "a\0", "\ud800", "a".repeat(5_000)])(
    "refuses the path %j",
    (path) => {
      expect(isTreePath(path)).toBe(false);
      expect(() => treeHash([file(path)], startSha256)).toThrow(/tree_malformed/);
    },
  );
});
