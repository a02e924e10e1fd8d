import { MemoryMetricWindows } from "@tau-edge/adapter-memory";
import { PortError } from "@tau-edge/ports";
import { expect, it } from "vitest";
import { runDoctor } from "../doctor-checks.ts";
import { rolloutChecks } from "./rollout-checks.ts";
import { diskWithStable, Process, planFor } from "./rollouts.test-helper.ts";

async function checked(process: Process) {
  return runDoctor(rolloutChecks(process.ports));
}

it("finds nothing wrong where every commit has its pointer and every open window its counters", async () => {
  const { disk } = await diskWithStable();
  const process = new Process(disk);
  await process.start(planFor(await process.release(2)));
  await process.tick();
  expect(await checked(process)).toMatchObject([
    { name: "committed", status: "ok", detail: "commits: 1, each with its pointer" },
    { name: "windows", status: "ok", detail: expect.stringContaining("open rollouts: 1") },
  ]);
});

it("tells a pointer that is missing without publishing it, and refuses one that says something else", async () => {
  const { disk } = await diskWithStable();
  const [key = ""] = disk.pointers.keys();
  disk.pointers.delete(key);
  const [note] = await checked(new Process(disk));
  expect(note).toMatchObject({ status: "note", remedy: expect.stringContaining("rollout run --once") });
  expect(disk.pointers.size).toBe(0);
  disk.pointers.set(key, new Uint8Array([0xa0]));
  expect(await checked(new Process(disk))).toMatchObject([{ status: "failed", code: "pointer_corrupt" }, {}]);
});

it("tells counters that cannot be read, also while nothing is open", async () => {
  const { disk } = await diskWithStable();
  const windows = new MemoryMetricWindows();
  windows.lateCount = async () => {
    throw new PortError("windows_corrupt", "windows.db", "SQLite cannot read the file");
  };
  expect(await checked(new Process(disk, undefined, { windows }))).toMatchObject([
    { status: "ok" },
    { name: "windows", status: "failed", code: "windows_corrupt" },
  ]);
});
