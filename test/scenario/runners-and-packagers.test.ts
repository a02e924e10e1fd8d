/** Runners and packagers on one state directory at once, as real processes: nothing that one of them did is lost. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { successes, writeFixture } from "./cycle-fixtures.ts";
import { cycleProblems, readCycleState, type SaidCycle } from "./cycle-state.ts";

const RUNNERS = 6;
const PACKAGERS = 6;
const CASES = 4;

const main = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "tau-edge-runners-"));
const stateDir = join(scratch, "state");
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function tauEdge(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args, "--state-dir", stateDir, "--json"]);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => (stdout += text));
    child.stderr.on("data", (text) => (stderr += text));
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

/** An empty module with a custom section of its own. */
function moduleNumber(nth: number): string {
  const path = join(scratch, `module-${nth}.wasm`);
  const name = new TextEncoder().encode(`number-${nth}`);
  const header = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, name.length + 1, name.length);
  writeFileSync(path, Buffer.concat([header, name]));
  return path;
}

it(`${RUNNERS} runners and ${PACKAGERS} packagers at once, on a directory that is not there yet: nothing is lost (W-12)`, async () => {
  // Neighbours share a channel, so that they append to the same files.
  const fixtures = Array.from({ length: RUNNERS }, (_, nth) =>
    writeFixture(scratch, `fixture-${nth}`, successes(`runner-${nth}`, `shop-${nth >> 1}`, CASES)),
  );
  const modules = Array.from({ length: PACKAGERS }, (_, nth) => moduleNumber(nth));
  const [ran, packaged] = await Promise.all([
    Promise.all(fixtures.map((fixture) => tauEdge("run", "--fixture", fixture))),
    Promise.all(modules.map((path) => tauEdge("package", path, "--no-deep"))),
  ]);
  expect([...ran, ...packaged].filter(({ status }) => status !== 0)).toEqual([]);
  const said = ran.map(({ stdout }): SaidCycle => JSON.parse(stdout));
  expect(said.map(({ record }) => record.seq).sort()).toEqual(fixtures.map((_, nth) => nth));
  expect(await cycleProblems(stateDir, said)).toEqual([]);
  const { rollouts, processed_case_keys, wasm_deliverables } = readCycleState(stateDir);
  expect(rollouts).toHaveLength(RUNNERS * CASES);
  expect(processed_case_keys).toHaveLength(RUNNERS * CASES);
  expect(wasm_deliverables.map(({ blueprint_id }) => blueprint_id).sort()).toEqual(
    modules.map((_, nth) => `module-${nth}`),
  );
}, 120_000);
