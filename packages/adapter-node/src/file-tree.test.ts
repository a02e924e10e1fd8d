import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { decodeUtf8, encodeUtf8 } from "@tau-edge/encoding";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DurableFiles } from "./durable-files.ts";
import { NodeFileTree } from "./file-tree.ts";
import { nodeFileSystem } from "./node-file-system.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tau-edge-tree-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const treeAt = (home: string) => new NodeFileTree(new DurableFiles(nodeFileSystem, home));

async function* chunks(...texts: readonly string[]) {
  for (const text of texts) yield encodeUtf8(text);
}

async function textsOf(tree: NodeFileTree): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for await (const file of tree.files()) {
    texts[file.path] = "";
    for await (const chunk of file.chunks()) texts[file.path] += decodeUtf8(chunk);
    expect(texts[file.path]).toHaveLength(file.size_bytes);
  }
  return texts;
}

async function put(home: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
}

describe("a file tree", () => {
  it("lists every file by its path, and neither the ledger's part nor what a dead writer left", async () => {
    const home = join(directory, "listed");
    for (const path of ["b.json", "a/z", "a/b/c", "a.b", "tau-edge/ledger.db", "a/.0.tmp"]) await put(home, path, path);
    const texts = await textsOf(treeAt(home));
    expect(Object.entries(texts)).toEqual(["a.b", "a/b/c", "a/z", "b.json"].map((path) => [path, path]));
  });

  it.each([
    ["a link to a file", (at: string) => symlink("b.json", at)],
    ["a link to a directory", (at: string) => symlink("a", at)],
    ["a link to nothing", (at: string) => symlink("absent", at)],
    ["a pipe", async (at: string) => void execFileSync("mkfifo", [at])],
  ])("refuses %s: it is neither followed nor passed over in silence", async (what, make) => {
    const home = join(directory, what);
    for (const path of ["a/z", "b.json"]) await put(home, path, path);
    await make(join(home, "strange"));
    await expect(textsOf(treeAt(home))).rejects.toMatchObject({ code: "path_escapes", at: join(home, "strange") });
  });

  it("is empty where there is no directory, and creates none by looking", async () => {
    const tree = treeAt(join(directory, "absent", "deeper"));
    expect(await textsOf(tree)).toEqual({});
    await expect(readFile(join(directory, "absent"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("adds a file with its directories; the same bytes once, other bytes never", async () => {
    const home = join(directory, "added");
    const tree = treeAt(home);
    expect(await tree.add("x/y/z.txt", chunks("one", " two"))).toBe(true);
    expect(await tree.add("x/y/z.txt", chunks("one two"))).toBe(false);
    await expect(tree.add("x/y/z.txt", chunks("other"))).rejects.toMatchObject({ code: "state_foreign" });
    expect(await textsOf(tree)).toEqual({ "x/y/z.txt": "one two" });
  });

  it.each(["../out", "/etc/x", "a//b", "a/./b", "", "a/..", "a\0b", "a\\b"])(
    "does not leave its directory: %j",
    async (path) => {
      await expect(treeAt(join(directory, "inside")).add(path, chunks("x"))).rejects.toMatchObject({
        code: "path_escapes",
      });
    },
  );
});
