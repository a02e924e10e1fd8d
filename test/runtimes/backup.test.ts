/** Backups made by one runtime are verified, restored and practised by the other, with the same figures. */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeScratch } from "../scenario/rollout-kill.ts";
import { ROLLOUT_WRITER } from "../scenario/rollout-writer.ts";
import { runPiped } from "../scenario/strace.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "packages/cli/src/main.ts");
const RUNTIMES = {
  node: [process.execPath, main],
  deno: [join(root, "node_modules/.bin/deno"), "run", "-A", "--config", join(root, "deno.json"), main],
} as const;
type Runtime = keyof typeof RUNTIMES;

let scratch: string;
beforeAll(async () => {
  scratch = await makeScratch();
  await runPiped(process.execPath, [ROLLOUT_WRITER, join(scratch, "state")]);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function run(runtime: Runtime, ...args: readonly string[]) {
  const [program, ...rest] = RUNTIMES[runtime];
  const { status, stdout, stderr } = spawnSync(program, [...rest, ...args, "--json"], {
    cwd: scratch,
    encoding: "utf8",
  });
  return { status, stderr, json: (): Record<string, unknown> => JSON.parse(stdout) };
}

describe.each([
  ["node", "deno"],
  ["deno", "node"],
] as const)("a backup by %s", (maker, other) => {
  it(`is whole to ${other}, which restores and practises it`, () => {
    const [backup, restored] = [`by-${maker}`, `by-${other}-of-${maker}`];
    const made = run(maker, "backup", "create", backup, "--state-dir", "state");
    expect([made.status, made.stderr]).toEqual([0, ""]);
    const { files, records, objects, tree_hash, assignments } = made.json();
    const verified = run(other, "backup", "verify", backup);
    expect([verified.status, verified.json()]).toMatchObject([0, { files, records, objects, tree_hash, assignments }]);
    const drilled = run(other, "backup", "drill", backup);
    expect(drilled.json()).toMatchObject({ result: "passed", replayed: 3, keys: 1_000, records, objects });
    expect(run(other, "restore", backup, "--state-dir", restored).status).toBe(0);
    expect(run(maker, "doctor", "--state-dir", restored).status).toBe(0);
    const again = run(other, "restore", backup, "--state-dir", restored);
    expect([again.status, again.json()]).toMatchObject([3, { code: "not_empty" }]);
  }, 120_000);

  it(`is refused by ${other} when a byte of it is another`, () => {
    const backup = `by-${maker}`;
    const { status } = spawnSync("sh", ["-c", `printf x >> ${backup}/state/tau-edge/ledger.db`], { cwd: scratch });
    expect(status).toBe(0);
    const refused = run(other, "restore", backup, "--state-dir", "never");
    expect([refused.status, refused.json()]).toMatchObject([
      4,
      { code: "backup_corrupt", at: "state/tau-edge/ledger.db" },
    ]);
    expect(existsSync(join(scratch, "never"))).toBe(false);
  }, 60_000);
});
