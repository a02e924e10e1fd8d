/** The order in which names become durable, which only a power cut would show. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { digestOf } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { NodeDeploymentFiles } from "./deployment-files.ts";
import { DurableFiles } from "./durable-files.ts";
import type { FileSystem } from "./file-system.ts";
import { SqliteLedgerStore } from "./ledger-store.ts";
import { nativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { FileObjectStore } from "./object-files.ts";
import { systemClock } from "./system-clock.ts";

it("links are durable before a state file that names them stands there, also when it has not changed", async () => {
  const home = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  const steps: string[] = [];
  const fs: FileSystem = {
    ...nodeFileSystem,
    async syncDirectory(path) {
      await nodeFileSystem.syncDirectory(path);
      steps.push(`sync ${relative(home, path)}`);
    },
    async rename(from, to) {
      steps.push(`rename ${relative(home, to)}`);
      await nodeFileSystem.rename(from, to);
    },
  };
  const files = new DurableFiles(fs, home);
  const objects = new FileObjectStore(home, files, systemClock);
  const ledger = await SqliteLedgerStore.open({ files, sha256: nativeSha256, hasObject: () => true });
  const output_dir = join(home, "wasm-artifacts");
  const made = new NodeDeploymentFiles({ output_dir, files, objects, ledger });
  const bytes = new Uint8Array([1, 2, 3]);
  const digest = digestOf(nativeSha256(bytes));
  await objects.putIfAbsent(digest, bytes);
  for (const seq of [1, 1]) {
    const { artifact_path } = await made.link({ blueprint_id: "app", artifact: digest, manifest: digest });
    expect(dirname(artifact_path)).toBe(join(output_dir, "app"));
    steps.length = 0;
    await made.refresh(async () => ({ seq, record_hash: "ab".repeat(32), entries: [] }));
    const renamed = steps.indexOf("rename state.json");
    const synced = steps.indexOf("sync wasm-artifacts/app");
    expect(synced).toBeGreaterThanOrEqual(0);
    if (renamed >= 0) {
      expect(synced).toBeLessThan(renamed);
      expect(steps.indexOf("sync ", renamed)).toBeGreaterThan(renamed);
    }
  }
  ledger.close();
  await rm(home, { recursive: true, force: true });
});
