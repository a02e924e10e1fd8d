import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DurableFiles } from "./durable-files.ts";
import type { FileSystem } from "./file-system.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { NodePublicFile } from "./public-file.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tau-edge-public-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const BYTES = new TextEncoder().encode("{}\n");
const OTHERS = new TextEncoder().encode("[]\n");

function fileAt(path: string, changes: Partial<FileSystem> = {}): NodePublicFile {
  const files = new DurableFiles({ ...nodeFileSystem, ...changes }, join(dir, "state"));
  return new NodePublicFile(join(dir, path), files);
}

describe("a public file", () => {
  it.each(["state/browser-did.json", "elsewhere/deep/did.json", "did.json"])(
    "is made at %s, with its directories, and read again",
    async (path) => {
      const file = fileAt(path);
      expect(await file.read(10)).toBeUndefined();
      expect(await file.create(BYTES)).toBe(true);
      expect(new Uint8Array((await file.read(10)) ?? [])).toEqual(BYTES);
      expect(statSync(join(dir, path)).mode & 0o444).toBe(0o444);
      expect(readdirSync(join(dir, path, ".."))).toHaveLength(1);
    },
  );

  it("is not made over another, and replaced only when that is asked for", async () => {
    const file = fileAt("did.json");
    await file.create(BYTES);
    expect(await file.create(OTHERS)).toBe(false);
    expect(readFileSync(join(dir, "did.json"))).toEqual(Buffer.from(BYTES));
    await file.replace(OTHERS);
    expect(readFileSync(join(dir, "did.json"))).toEqual(Buffer.from(OTHERS));
    expect(readdirSync(dir)).toEqual(["did.json"]);
  });

  it("is on the disk before its name is, and its name before anything is said", async () => {
    const order: string[] = [];
    const file = fileAt("state/did.json", {
      create: async (path, mode) => {
        const made = await nodeFileSystem.create(path, mode);
        return { ...made, sync: () => made.sync().finally(() => order.push("bytes")) };
      },
      link: (from, to) => nodeFileSystem.link(from, to).finally(() => order.push("name")),
      syncDirectory: (path) => nodeFileSystem.syncDirectory(path).finally(() => order.push("directory")),
    });
    await file.create(BYTES);
    expect(order.slice(0, 2)).toEqual(["bytes", "name"]);
    expect(order.slice(2)).toContain("directory");
  });

  it("is neither a directory, nor a link, nor larger than what is read", async () => {
    mkdirSync(join(dir, "directory"));
    writeFileSync(join(dir, "file"), "12345678901");
    symlinkSync(join(dir, "file"), join(dir, "link"));
    for (const path of ["directory", "link", "file"])
      await expect(fileAt(path).read(10), path).rejects.toMatchObject({ code: "state_foreign" });
  });

  it.each([
    ...["", "/state.json", "/state.json.foreign.1", "/runtime-events.jsonl", "/runtime-events.jsonl.1"],
    ...["/tau-edge/ledger.db", "/wasm-artifacts/a.json", "/channel-store"],
  ])("takes no name that the state directory has for itself: state%s", async (path) => {
    const file = fileAt(`state${path}`);
    for (const attempt of [() => file.read(10), () => file.create(BYTES), () => file.replace(BYTES)])
      await expect(attempt()).rejects.toMatchObject({ code: "path_escapes" });
    expect(readdirSync(dir)).toEqual([]);
  });
});
