/** What else may stand where this adapter expects a file, or be given as a place. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { digestOf } from "@tau-edge/encoding";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DurableFiles } from "./durable-files.ts";
import { ledgerPath } from "./ledger-tables.ts";
import { nativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { openState, openStateReader } from "./open-state.ts";

let directory: string;
let stateDir: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  stateDir = join(directory, "state");
  await mkdir(dirname(ledgerPath(stateDir)), { recursive: true });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it.each([
  ["a FIFO", async (path: string) => void execFileSync("mkfifo", [path])],
  ["a directory", (path: string) => mkdir(path)],
  [
    "a symbolic link",
    async (path: string) => {
      await writeFile(join(directory, "elsewhere"), "");
      await symlink(join(directory, "elsewhere"), path);
    },
  ],
])("does not take %s for its ledger", async (_, put) => {
  await put(ledgerPath(stateDir));
  await expect(openState(stateDir)).rejects.toMatchObject({ code: "ledger_corrupt" });
  await expect(openStateReader(stateDir).ledger.streams()).rejects.toMatchObject({ code: "ledger_corrupt" });
});

it("makes no directory in a link that leads nowhere, and says which one it is", async () => {
  const link = join(directory, "nowhere");
  await symlink(join(directory, "absent"), link);
  const files = new DurableFiles(nodeFileSystem, join(link, "state"));
  await expect(files.makeDirectories(join(link, "state", "deeper"))).rejects.toMatchObject({
    code: "store_unavailable",
    at: link,
  });
});

it.each(["out", "out/", "./out", "../here/out"])("shows paths under %s where the files really are", async (given) => {
  const before = process.cwd();
  await mkdir(join(directory, "here"));
  process.chdir(join(directory, "here"));
  try {
    const state = await openState(stateDir);
    const bytes = new Uint8Array([1]);
    const digest = digestOf(nativeSha256(bytes));
    await state.objects.putIfAbsent(digest, bytes);
    const { artifact_path } = await state
      .filesIn(given)
      .link({ blueprint_id: "app", artifact: digest, manifest: digest });
    expect(artifact_path.startsWith(given)).toBe(true);
    expect(existsSync(artifact_path)).toBe(true);
    await state.close();
  } finally {
    process.chdir(before);
  }
});
