import { type Digest, sha256 } from "@tau-edge/encoding";
import type { DeploymentFiles } from "@tau-edge/ports";
import { deploymentFilesSuite, failuresOf } from "@tau-edge/ports/suites";
import { describe, expect, it } from "vitest";
import { MemoryDeploymentFiles } from "./memory-files.ts";

type Break = (sound: MemoryDeploymentFiles) => Partial<DeploymentFiles>;

function run(change: Break) {
  return failuresOf((t) =>
    deploymentFilesSuite(t, async () => {
      const objects = new Map<Digest, Uint8Array>();
      const first = new MemoryDeploymentFiles({ objects });
      const broken = (sound: MemoryDeploymentFiles): DeploymentFiles => ({
        check: (planned, deliverables) => sound.check(planned, deliverables),
        link: (planned) => sound.link(planned),
        unlink: (copies) => sound.unlink(copies),
        refresh: (deliverables) => sound.refresh(deliverables),
        refreshCycles: (cycles) => sound.refreshCycles(cycles),
        refreshDids: (dids) => sound.refreshDids(dids),
        contents: () => sound.contents(),
        ...change(sound),
      });
      return {
        files: broken(first),
        sha256,
        state_path: first.statePath,
        reopen: async () => broken(new MemoryDeploymentFiles({ objects, files: first.files })),
        putObject: async (digest, bytes) => void objects.set(digest, bytes),
        readFile: async (path) => first.files.get(path),
        writeFile: async (path, bytes) => void first.files.set(path, bytes),
        close: async () => undefined,
      };
    }),
  );
}

const BROKEN: readonly (readonly [string, Break])[] = [
  ["does not check beforehand", () => ({ check: async () => undefined })],
  ["checks the state file only", (sound) => ({ check: () => sound.check() })],
  ["checks without asking how long the ledger is", (sound) => ({ check: (planned) => sound.check(planned) })],
  ["takes no copies away", () => ({ unlink: async (copies) => (await copies()).length })],
  [
    "takes files of others away",
    (sound) => ({
      unlink: async (copies) => {
        const count = await sound.unlink(copies);
        for (const path of sound.files.keys()) if (path !== sound.statePath) sound.files.delete(path);
        return count;
      },
    }),
  ],
  [
    "writes over what is in the way",
    (sound) => ({
      link: async (planned) => {
        for (const path of sound.files.keys()) if (path !== sound.statePath) sound.files.delete(path);
        return sound.link(planned);
      },
    }),
  ],
  [
    "begins anew when it cannot read the file",
    (sound) => ({
      refresh: (deliverables) =>
        sound.refresh(deliverables).catch(() => {
          sound.files.delete(sound.statePath);
          return sound.refresh(deliverables);
        }),
    }),
  ],
  [
    "forgets what the original wrote",
    (sound) => ({
      refresh: (deliverables) => {
        sound.files.delete(sound.statePath);
        return sound.refresh(deliverables);
      },
    }),
  ],
  [
    "reads the ledger before it has the lock",
    (sound) => ({
      refresh: async (deliverables) => {
        const known = await deliverables();
        return sound.refresh(async () => known);
      },
    }),
  ],
  [
    "writes a runner's part over cycles that nobody has imported",
    (sound) => ({
      refreshCycles: (cycles) =>
        sound.refreshCycles(cycles).catch(async () => {
          sound.files.delete(sound.statePath);
          await sound.refreshCycles(cycles);
        }),
    }),
  ],
  [
    "writes the runner's part and drops everything else",
    (sound) => ({
      refreshCycles: async (cycles) => {
        await sound.refreshCycles(cycles);
        sound.files.delete(sound.statePath);
        await sound.refreshCycles(cycles);
      },
    }),
  ],
  [
    "writes identities that no longer follow from the ledger over those that do",
    (sound) => ({
      refreshDids: (dids) =>
        sound.refreshDids(dids).catch(async () => {
          sound.files.delete(sound.statePath);
          await sound.refreshDids(dids);
        }),
    }),
  ],
  ["writes no identities", () => ({ refreshDids: async (dids) => void (await dids()) })],
  ["has no contents", () => ({ contents: async () => undefined })],
  ["writes nothing", () => ({ refresh: async (deliverables) => void (await deliverables()) })],
];

it("the adapter passes its suite", async () => {
  expect((await run(() => ({}))).failed).toEqual([]);
});

describe("the suite fails for files that", () => {
  for (const [what, change] of BROKEN)
    it(what, async () => {
      const { failed, count } = await run(change);
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.length).toBeLessThan(count);
    });
});
