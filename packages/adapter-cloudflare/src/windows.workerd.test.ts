/** What only this adapter does: one object for each rollout, nothing stored for questions, and errors that keep their codes. */
import { evictDurableObject, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { ReportRequest } from "@tau-edge/ports";
import type { ReportBatch, WindowId } from "@tau-edge/rollout";
import { afterEach, expect, it } from "vitest";
import { DurableMetricWindows } from "./mod.ts";

const NOW = 1_767_225_600_000;
const ID: WindowId = {
  rollout_id: "default~prod~shop~7",
  attempt: 1,
  stage: 0,
  window: 0,
  release: `sha256:${"ab".repeat(32)}`,
};

afterEach(() => reset());

function requestOf(batch_id: string, changes: Partial<ReportBatch> = {}, id = ID): ReportRequest {
  const batch = { reporter: "agent", batch_id, ok_latency_us: [5, 7], failed: 1, started: 0, ended: 0, ...changes };
  return { id, shard: "main", batch, arrived_unix_ms: NOW, reporter_observations_max: 1_000 };
}

const progressOf = (id: WindowId) => new DurableMetricWindows(env.WINDOWS).progress(id, NOW, 1_000);

function tablesOf(rollout_id: string): Promise<readonly unknown[]> {
  return runInDurableObject(env.WINDOWS.getByName(rollout_id), (_instance, state) =>
    state.storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
  );
}

it("stores nothing for who only asks, or whose batch is refused", async () => {
  const windows = new DurableMetricWindows(env.WINDOWS);
  expect(await progressOf(ID)).toEqual({ total: 0, failed: 0 });
  expect(await windows.lateCount(ID.rollout_id)).toBe(0);
  await windows.forget(ID);
  const greedy = { ...requestOf("b"), reporter_observations_max: 1 };
  await expect(windows.add(greedy)).rejects.toMatchObject({ code: "reporter_cap", remedy: expect.any(String) });
  expect(await tablesOf(ID.rollout_id)).toEqual([]);
  expect(await windows.add(requestOf("b"))).toBe("added");
  expect(await progressOf(ID)).toMatchObject({ total: 3, failed: 1 });
});

it("counts each rollout by itself", async () => {
  const windows = new DurableMetricWindows(env.WINDOWS);
  const other = { ...ID, rollout_id: "default~prod~shop~40" };
  await windows.add(requestOf("b"));
  await windows.add(requestOf("b", { failed: 5 }, other));
  expect([(await progressOf(ID)).failed, (await progressOf(other)).failed]).toEqual([1, 5]);
});

it("keeps what it acknowledged when its object is evicted", async () => {
  const windows = new DurableMetricWindows(env.WINDOWS);
  await windows.add(requestOf("b"));
  await evictDurableObject(env.WINDOWS.getByName(ID.rollout_id));
  expect(await windows.add(requestOf("b"))).toBe("duplicate");
  const first = await windows.freeze(ID, NOW);
  await evictDurableObject(env.WINDOWS.getByName(ID.rollout_id));
  expect(await windows.freeze(ID, NOW + 5)).toEqual(first);
  expect(await windows.add(requestOf("c"))).toBe("late");
});

it("refuses windows that a newer version wrote, and counts nothing in them", async () => {
  const windows = new DurableMetricWindows(env.WINDOWS);
  await windows.add(requestOf("b"));
  await runInDurableObject(env.WINDOWS.getByName(ID.rollout_id), (_instance, state) => {
    state.storage.sql.exec("UPDATE schema SET version = 2");
  });
  // The version is read when the object starts.
  await evictDurableObject(env.WINDOWS.getByName(ID.rollout_id));
  await expect(windows.add(requestOf("c"))).rejects.toMatchObject({ code: "windows_newer" });
  await expect(progressOf(ID)).rejects.toMatchObject({ code: "windows_newer" });
});

it("freezes nothing that it cannot read", async () => {
  const windows = new DurableMetricWindows(env.WINDOWS);
  await windows.add(requestOf("b"));
  await runInDurableObject(env.WINDOWS.getByName(ID.rollout_id), (_instance, state) => {
    state.storage.sql.exec("UPDATE shard SET latency = x'ff'");
  });
  await expect(windows.freeze(ID, NOW)).rejects.toMatchObject({ code: "windows_corrupt" });
  expect(await windows.add(requestOf("b"))).toBe("duplicate");
});

it("is no evidence that counters passed what can be counted: the error says so", async () => {
  const windows = new DurableMetricWindows(env.WINDOWS);
  await windows.add(requestOf("b"));
  await runInDurableObject(env.WINDOWS.getByName(ID.rollout_id), (_instance, state) => {
    state.storage.sql.exec("UPDATE shard SET ok = 9007199254740991");
  });
  await expect(progressOf(ID)).rejects.toMatchObject({ name: "RolloutError", code: "counter_overflow" });
  await expect(windows.add(requestOf("c"))).rejects.toMatchObject({ name: "RolloutError", code: "counter_overflow" });
});
