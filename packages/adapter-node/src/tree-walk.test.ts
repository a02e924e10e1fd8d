import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf } from "@tau-edge/encoding";
import { treeHash } from "@tau-edge/ledger";
import { beforeEach, describe, expect, it } from "vitest";
import { nativeSha256, startNativeSha256 } from "./native-hash.ts";
import { hashedTree, walkTree } from "./tree-walk.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tree-walk-"));
});

async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe("hashedTree", () => {
  it("gives every file below with its size and SHA-256, in the order that a tree hash needs", async () => {
    await mkdir(join(home, "a"));
    for (const [path, text] of [
      ["a/b", "1"],
      ["a-b", "22"],
      ["a.c", ""],
      ["z", "333"],
    ] as const)
      await writeFile(join(home, path), text);
    const files = await listed(hashedTree(home));
    expect(files.map(({ path, size_bytes }) => [path, size_bytes])).toEqual([
      ["a-b", 2],
      ["a.c", 0],
      ["a/b", 1],
      ["z", 3],
    ]);
    expect(files[2]?.sha256).toBe(digestOf(nativeSha256(new TextEncoder().encode("1"))));
    expect(treeHash(files, startNativeSha256)).toBe(treeHash(files.toReversed(), startNativeSha256));
  });

  it("passes over what is left out, with all that lies below it", async () => {
    await mkdir(join(home, "a"));
    await writeFile(join(home, "a", "b"), "");
    await writeFile(join(home, "c"), "");
    const leaveOut = (path: string) => path === "a/";
    expect(await listed(walkTree(home, { leaveOut }))).toEqual(["c"]);
  });

  it("finds nothing where there is no directory", async () => {
    expect(await listed(walkTree(join(home, "missing")))).toEqual([]);
  });

  it("refuses a symbolic link and a FIFO, wherever they stand", async () => {
    await mkdir(join(home, "a"));
    await symlink("/etc/passwd", join(home, "a", "link"));
    await expect(listed(walkTree(home))).rejects.toMatchObject({ code: "path_escapes" });
    await expect(listed(walkTree(home, { leaveOut: (path) => path === "a/" }))).resolves.toEqual([]);
    execFileSync("mkfifo", [join(home, "pipe")]);
    await expect(listed(walkTree(home, { leaveOut: (path) => path === "a/" }))).rejects.toMatchObject({
      code: "path_escapes",
      at: join(home, "pipe"),
    });
  });
});
