/** A `state.json` that is too large to be held while it is written. */
import { link, lstat, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EMPTY_HEALTH } from "@tau-edge/contract";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WRITE_AT_ONCE_BYTES_MAX } from "./limits.ts";
import { type OpenState, openState } from "./open-state.ts";
import { readStateFile } from "./state-file.ts";

/** 10 KB a rollout make 20 MB. */
const ROLLOUTS = 2_000;
const PADDING = "x".repeat(10_000);

let directory: string;
let path: string;
let state: OpenState;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  path = join(directory, "state.json");
  state = await openState(directory);
});
afterEach(async () => {
  await state.close();
  await rm(directory, { recursive: true, force: true });
});

function* rollouts(note: string) {
  for (let nth = 0; nth < ROLLOUTS; nth++) yield JSON.stringify({ case_key: `key-${nth}`, note, PADDING });
}

const cycles = (seq: number) => async () => ({
  position: { seq, record_hash: "c".repeat(64) },
  processed_case_keys: ["k"],
  rollouts: rollouts(`cycle ${seq}`),
  failed_cases: [],
  health: { ...EMPTY_HEALTH, updated_unix_ms: seq },
});

const temporaries = async () => (await readdir(directory)).filter((name) => name.endsWith(".tmp"));
const identity = async () => (await lstat(path)).ino;

it("is written by a runner and a packager, read, and left alone when nothing has changed", async () => {
  await state.files.refreshCycles(cycles(1));
  expect((await lstat(path)).size).toBeGreaterThan(WRITE_AT_ONCE_BYTES_MAX);
  await state.files.refresh(async () => ({ seq: 1, entries: [] }));
  await state.files.refreshCycles(cycles(2));
  const written = await identity();
  await state.files.refreshCycles(cycles(2));
  await state.files.refresh(async () => ({ seq: 1, entries: [] }));
  expect(await identity()).toBe(written);
  expect(await temporaries()).toEqual([]);
  await state.files.check(undefined, async () => ({ seq: 1, entries: [] }));
  expect(readStateFile(path)?.health.updated_unix_ms).toBe(2);
  const document = JSON.parse(await readFile(path, "utf8"));
  expect(document.rollouts).toHaveLength(ROLLOUTS);
  expect(document.rollouts[ROLLOUTS - 1]).toMatchObject({ case_key: `key-${ROLLOUTS - 1}`, note: "cycle 2" });
});

it("stays as it was, without leftovers, when its last byte shows that it may not be written", async () => {
  await state.files.refreshCycles(cycles(1));
  const ours = await readFile(path, "utf8");
  for (const [code, text] of [
    ["state_corrupt", ours.slice(0, -1)],
    [
      "state_newer",
      ours
        .replace('"tau_edge"', '"schema_version_": 1, "tau_edge"')
        .replace('"schema_version": 1', '"schema_version": 2'),
    ],
    ["state_foreign", ours.replace('"cycle 1"', '"cycle x"')],
  ] as const) {
    await writeFile(path, text);
    await expect(state.files.refreshCycles(cycles(2))).rejects.toMatchObject({ code });
    await expect(state.files.refresh(async () => ({ seq: 1, entries: [] }))).rejects.toMatchObject({ code });
    await expect(state.files.check()).rejects.toMatchObject({ code });
    expect(await readFile(path, "utf8")).toBe(text);
    expect(await temporaries()).toEqual([]);
  }
});

it("is read to its end by whoever began, though it is replaced meanwhile", async () => {
  await state.files.refreshCycles(cycles(1));
  await link(path, join(directory, "before"));
  const contents = await state.files.contents();
  await state.files.refreshCycles(cycles(2));
  const pieces: Uint8Array[] = [];
  for await (const piece of contents ?? []) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(await readFile(join(directory, "before")))).toBe(true);
});
