import { execFileSync } from "node:child_process";
import { mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONTRACT_LIMITS, EMPTY_HEALTH } from "@tau-edge/contract";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openState, openStateReader } from "./open-state.ts";

let stateDir: string;
let path: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  path = join(stateDir, "state.json");
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

it("is empty before there is a state file, then what the runner left, then what it left later", async () => {
  const reader = openStateReader(stateDir);
  expect(await reader.health()).toEqual(EMPTY_HEALTH);
  await writeFile(path, '{"schema_version":1,"health":{"failure_streak":3}}');
  expect(await reader.health()).toEqual({ ...EMPTY_HEALTH, failure_streak: 3 });
  await writeFile(`${path}.new`, '{"schema_version":1,"health":{"failure_streak":4}}');
  await rename(`${path}.new`, path);
  expect((await reader.health()).failure_streak).toBe(4);
});

it("parses the file once as long as it is the same one", async () => {
  await writeFile(path, '{"health":{"queue_depth":7}}');
  const reader = openStateReader(stateDir);
  const first = await reader.health();
  expect(await reader.health()).toBe(first);
});

it.each([
  ["state_corrupt", "{"],
  ["state_corrupt", '{"health":{"failure_streak":"3"}}'],
  ["state_newer", '{"schema_version":2,"health":{}}'],
  ["state_foreign", '{"tau_edge":{"seq":1}}'],
] as const)("fails with %s for %s, also after it was read in a sound state", async (code, text) => {
  const reader = openStateReader(stateDir);
  await writeFile(path, '{"health":{"last_cycle_completed":1,"updated_unix_ms":1}}');
  await reader.health();
  await writeFile(path, text);
  for (let time = 0; time < 2; time++) await expect(reader.health()).rejects.toMatchObject({ code });
});

it("follows no link, waits for no FIFO and reads no file beyond the bound", async () => {
  const reader = openStateReader(stateDir);
  const fails = () => expect(reader.health()).rejects.toMatchObject({ code: "state_corrupt" });
  await symlink("/etc/hostname", path);
  await fails();
  await rm(path);
  execFileSync("mkfifo", [path]);
  await fails();
  await expect((await openState(stateDir)).files.check()).rejects.toMatchObject({ code: "state_corrupt" });
  await rm(path);
  await writeFile(path, "");
  await truncate(path, CONTRACT_LIMITS.state_bytes_max + 1);
  await fails();
});
