import type { MetricWindows, ReportRequest } from "@tau-edge/ports";
import { failuresOf, metricWindowsSuite } from "@tau-edge/ports/suites";
import { addBatch, EMPTY_COUNTERS, type ReportBatch } from "@tau-edge/rollout";
import { describe, expect, it } from "vitest";
import { Faults } from "./faults.ts";
import { MemoryMetricWindows } from "./memory-windows.ts";

type Break = (sound: MemoryMetricWindows) => Partial<MetricWindows>;

const BATCHES_MAX = 40;

function run(change: Break, remembered = BATCHES_MAX) {
  return failuresOf((t) =>
    metricWindowsSuite(t, async () => {
      const { arms } = new MemoryMetricWindows();
      const reopen = async (): Promise<MetricWindows> => {
        const sound = new MemoryMetricWindows({ arms, batches_max: remembered });
        return {
          add: (request) => sound.add(request),
          progress: (id, now, abandonAfter) => sound.progress(id, now, abandonAfter),
          freeze: (id, now) => sound.freeze(id, now),
          lateCount: (rollout) => sound.lateCount(rollout),
          forget: (id) => sound.forget(id),
          ...change(sound),
        };
      };
      return { windows: await reopen(), batches_max: BATCHES_MAX, reopen, close: async () => undefined };
    }),
  );
}

const withBatch = (request: ReportRequest, changes: Partial<ReportBatch>): ReportRequest => ({
  ...request,
  batch: { ...request.batch, ...changes },
});

/** What is counted of the shard of a request. */
function countersOf({ arms }: MemoryMetricWindows, { id, shard }: ReportRequest) {
  const windows = arms.get(id.rollout_id)?.get(id.release)?.windows;
  return windows?.get(`${id.attempt}/${id.stage}/${id.window}`)?.shards.get(shard);
}

let made = 0;

const BROKEN: readonly (readonly [string, Break])[] = [
  ["count a batch again", (sound) => ({ add: (request) => sound.add(withBatch(request, { batch_id: `${made++}` })) })],
  [
    "know batches by their ids alone",
    (sound) => ({ add: (request) => sound.add(withBatch(request, { reporter: "anybody" })) }),
  ],
  [
    "say added when it is late",
    (sound) => ({
      add: async (request) => {
        const outcome = await sound.add(request);
        return outcome === "late" ? "added" : outcome;
      },
    }),
  ],
  ["do not count what is late", () => ({ lateCount: async () => 0 })],
  [
    "lose an update",
    (sound) => ({
      add: async (request) => {
        const seen = countersOf(sound, request) ?? EMPTY_COUNTERS;
        await Promise.resolve();
        const outcome = await sound.add(request);
        const { id, shard, batch, arrived_unix_ms } = request;
        if (outcome !== "added") return outcome;
        const windows = sound.arms.get(id.rollout_id)?.get(id.release)?.windows;
        const shards = windows?.get(`${id.attempt}/${id.stage}/${id.window}`)?.shards;
        shards?.set(shard, addBatch(seen, batch, arrived_unix_ms));
        return outcome;
      },
    }),
  ],
  [
    "freeze anew",
    (sound) => ({ freeze: async (id, now) => ({ ...(await sound.freeze(id, now)), frozen_unix_ms: now }) }),
  ],
  [
    "sort shards as people do",
    (sound) => ({
      freeze: async (id, now) => {
        const { shards, frozen_unix_ms } = await sound.freeze(id, now);
        return { frozen_unix_ms, shards: shards.toSorted((a, b) => a.shard.localeCompare(b.shard)) };
      },
    }),
  ],
  [
    "let one reporter outvote all others",
    (sound) => ({ add: (request) => sound.add({ ...request, reporter_observations_max: Number.POSITIVE_INFINITY }) }),
  ],
  ["never abandon a start", (sound) => ({ progress: (id, now) => sound.progress(id, now, Number.POSITIVE_INFINITY) })],
  [
    "open a forgotten window again",
    (sound) => ({ forget: async (id) => void sound.arms.get(id.rollout_id)?.delete(id.release) }),
  ],
  ["keep what is forgotten", () => ({ forget: async () => undefined })],
  [
    "forget an open window",
    (sound) => ({
      forget: async (id) => {
        await sound.freeze(id, 1).catch(() => undefined);
        await sound.forget(id);
      },
    }),
  ],
];

it("the adapter passes its suite", async () => {
  expect((await run(() => ({}))).failed).toEqual([]);
});

describe("the suite fails for windows that", () => {
  for (const [what, change] of BROKEN)
    it(what, async () => {
      const { failed, count } = await run(change);
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.length).toBeLessThan(count);
    });

  it("remember any number of batches", async () => {
    expect((await run(() => ({}), 1_000)).failed).toHaveLength(1);
  });
});

describe("a process that dies", () => {
  const request: ReportRequest = {
    id: { rollout_id: "r", attempt: 0, stage: 0, window: 0, release: `sha256:${"0".repeat(64)}` },
    shard: "lane",
    batch: { reporter: "one", batch_id: "b", ok_latency_us: [5], failed: 0, started: 0, ended: 0 },
    arrived_unix_ms: 1_000,
    reporter_observations_max: 10,
  };

  it("before it wrote has counted nothing, and after it once", async () => {
    for (const [fault, outcome] of [
      ["crash_before", "added"],
      ["crash_after", "duplicate"],
    ] as const) {
      const first = new MemoryMetricWindows({ faults: new Faults().plan(1, fault) });
      await expect(first.add(request)).rejects.toMatchObject({ name: "SimulatedCrash" });
      const next = new MemoryMetricWindows({ arms: first.arms });
      expect(await next.add(request)).toBe(outcome);
      expect(await next.progress(request.id, 1_000, 1)).toMatchObject({ total: 1 });
    }
  });

  it("while it froze or forgot leaves a window that the next one freezes or forgets to the same end", async () => {
    for (const [fault, frozen_unix_ms] of [
      ["crash_before", 8],
      ["crash_after", 7],
    ] as const) {
      const faults = new Faults().plan(2, fault);
      const first = new MemoryMetricWindows({ faults });
      await first.add(request);
      await expect(first.freeze(request.id, 7)).rejects.toMatchObject({ name: "SimulatedCrash" });
      const second = new MemoryMetricWindows({
        arms: first.arms,
        faults: new Faults().plan(fault === "crash_before" ? 2 : 1, fault),
      });
      expect(await second.freeze(request.id, 8)).toMatchObject({ frozen_unix_ms, shards: [{ shard: "lane" }] });
      await expect(second.forget(request.id)).rejects.toMatchObject({ name: "SimulatedCrash" });
      const third = new MemoryMetricWindows({ arms: first.arms });
      await third.forget(request.id);
      expect(await third.add(request)).toBe("late");
    }
  });
});
