/** Many packagers on one state directory, and packagers that die: nothing acknowledged is lost, nothing is torn. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const PACKAGERS = 12;
const STRACE = "/usr/bin/strace";

const root = fileURLToPath(new URL("../..", import.meta.url));
const node = process.execPath;
const main = join(root, "packages/cli/src/main.ts");
const scratch = mkdtempSync(join(tmpdir(), "tau-edge-packagers-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** An empty module with a custom section of its own, so that every packager has other bytes. */
function moduleNumber(index: number): string {
  const path = join(scratch, `module-${index}.wasm`);
  const name = new TextEncoder().encode(`number-${index}`);
  const header = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, name.length + 1, name.length);
  writeFileSync(path, Buffer.concat([header, name]));
  return path;
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

interface State {
  wasm_deliverables: { blueprint_id: string; artifact_sha256: string }[];
}

const readState = (folder: string) => JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as State;

function packageArguments(file: string, state: string): string[] {
  return [main, "package", file, "--state-dir", state, "--no-deep", "--json"];
}

/** Every file under a final name holds what its name says. */
function tornFiles(state: string): string[] {
  const objects = globSync("tau-edge/objects/sha256/*/*", { cwd: state }).filter((path) =>
    /^[0-9a-f]{64}$/.test(basename(path)),
  );
  const readable = globSync("wasm-artifacts/*/*.wasm", { cwd: state });
  const whole = (path: string) => sha256(readFileSync(join(state, path))) === basename(path, ".wasm");
  return [...objects, ...readable].filter((path) => !whole(path));
}

describe("packagers", () => {
  it(`${PACKAGERS} at once leave ${PACKAGERS} deliverables`, async () => {
    const state = join(scratch, "crowd");
    const files = Array.from({ length: PACKAGERS }, (_, index) => moduleNumber(index));
    const exits = await Promise.all(
      files.map(
        (file) =>
          new Promise<{ code: number | null; output: string }>((resolve) => {
            const child = spawn(node, packageArguments(file, state));
            let output = "";
            child.stderr.on("data", (text) => (output += text));
            child.stdout.on("data", (text) => (output += text));
            child.on("close", (code) => resolve({ code, output }));
          }),
      ),
    );
    expect(exits.filter(({ code }) => code !== 0)).toEqual([]);
    const { wasm_deliverables } = readState(state);
    expect(wasm_deliverables.map((entry) => entry.blueprint_id).sort()).toEqual(
      files.map((file) => basename(file, ".wasm")).sort(),
    );
    expect(tornFiles(state)).toEqual([]);
  });

  const syscalls = ["fsync", "fdatasync", "link,linkat", "rename,renameat2", "pwrite64", "unlink,unlinkat"];
  it.skipIf(!existsSync(STRACE))(
    "killed at any durable step leave a state that opens, with nothing torn and nothing acknowledged missing (needs strace)",
    () => {
      const first = moduleNumber(100);
      const second = moduleNumber(101);
      const killed: string[] = [];
      for (const syscall of syscalls) {
        for (const when of [1, 2, 4]) {
          const state = join(scratch, `killed-${syscall.replaceAll(",", "-")}-${when}`);
          mkdirSync(state);
          expect(spawnSync(node, packageArguments(first, state)).status).toBe(0);
          const inject = `inject=${syscall}:signal=SIGKILL:when=${when}`;
          const trace = ["-f", "-qq", "-o", "/dev/null", "-e", `trace=${syscall}`, "-e", inject];
          const { signal, status } = spawnSync(STRACE, [...trace, node, ...packageArguments(second, state)]);
          if (signal === "SIGKILL" || status === 137) killed.push(`${syscall} ${when}`);
          expect(tornFiles(state), inject).toEqual([]);
          const again = spawnSync(node, packageArguments(second, state), { encoding: "utf8" });
          expect({ inject, status: again.status, stderr: again.stderr }).toEqual({ inject, status: 0, stderr: "" });
          expect(readState(state).wasm_deliverables.map((entry) => entry.blueprint_id)).toEqual([
            "module-100",
            "module-101",
          ]);
        }
      }
      expect(killed.length).toBeGreaterThan(8);
    },
    240_000,
  );
});
