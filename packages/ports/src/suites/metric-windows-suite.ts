/** What every place that counts observations promises. */
import { addBatch, EMPTY_COUNTERS, type ReportBatch, type WindowId } from "@tau-edge/rollout";
import type { MetricWindows, ReportOutcome, ReportRequest } from "../metric-windows.ts";
import { CheckFailed, check, checkEqual, checkFails, type TestRegistrar } from "./check.ts";
import { NOW_UNIX_MS } from "./ledger-samples.ts";

export interface MetricWindowsHarness {
  readonly windows: MetricWindows;
  /** Batch ids that a window of this place remembers; between 20 and 50, so that reaching it takes no time. */
  readonly batches_max: number;
  /** The same windows, opened as another process would. */
  reopen(): Promise<MetricWindows>;
  close(): Promise<void>;
}

const ABANDON_AFTER_MS = 3_600_000;
const ID: WindowId = {
  rollout_id: "default~prod~edge-wasm~7",
  attempt: 0,
  stage: 1,
  window: 2,
  release: `sha256:${"ab".repeat(32)}`,
};

export function metricWindowsSuite(t: TestRegistrar, make: () => Promise<MetricWindowsHarness>): void {
  function test(name: string, run: (harness: MetricWindowsHarness) => Promise<void>): void {
    t.test(`metric windows: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }

  const progressOf = (windows: MetricWindows, id = ID, now_unix_ms = NOW_UNIX_MS) =>
    windows.progress(id, now_unix_ms, ABANDON_AFTER_MS);

  test("an unknown window has counted nothing", async ({ windows }) => {
    checkEqual(await progressOf(windows), { total: 0, failed: 0 }, "progress");
    checkEqual(await windows.lateCount(ID.rollout_id), 0, "late");
    await windows.forget(ID);
    checkEqual(await progressOf(windows), { total: 0, failed: 0 }, "progress after forgetting it");
  });

  test("what is frozen is the sum of what was added, shard by shard", async ({ windows }) => {
    const requests = [0, 1, 2, 3, 4, 5].map((nth) => request(nth, { shard: ["z", "ä", "a"][nth % 3] ?? "" }));
    for (const each of requests) checkEqual(await windows.add(each), "added", "outcome");
    const { frozen_unix_ms, shards } = await windows.freeze(ID, NOW_UNIX_MS + 9);
    checkEqual(frozen_unix_ms, NOW_UNIX_MS + 9, "when it was frozen");
    const expected = ["a", "z", "ä"].map((shard) => ({ shard, counters: sumOf(requests, shard) }));
    checkEqual(sorted(shards), sorted(expected), "shards in the order of their names");
  });

  test("the order in which batches come makes no difference", async ({ windows }) => {
    const requests = Array.from({ length: 12 }, (_, nth) => request(nth, { arrived_unix_ms: NOW_UNIX_MS + nth * 7 }));
    const orders = [requests, requests.toReversed(), [...requests.slice(5), ...requests.slice(0, 5)]];
    const frozen: unknown[] = [];
    for (const [window, order] of orders.entries()) {
      for (const each of order) await windows.add({ ...each, id: { ...ID, window } });
      frozen.push(await windows.freeze({ ...ID, window }, NOW_UNIX_MS));
    }
    checkEqual(frozen[1], frozen[0], "backwards");
    checkEqual(frozen[2], frozen[0], "rotated");
  });

  test("a batch that is sent a thousand times counts once", async (harness) => {
    const stores = [harness.windows, await harness.reopen()];
    const outcomes: ReportOutcome[] = [];
    for (let round = 0; round < 10; round++) {
      const sent = Array.from({ length: 100 }, (_, nth) => (stores[nth % 2] ?? harness.windows).add(request(1)));
      outcomes.push(...(await Promise.all(sent)));
    }
    checkEqual(count(outcomes), { added: 1, duplicate: 999 }, "outcomes");
    checkEqual((await progressOf(harness.windows)).total, endsOf(request(1).batch), "ends");
  });

  test("a batch is known by its reporter, its id and its window, and by nothing else", async ({ windows }) => {
    const outcomes = [
      await windows.add(request(1)),
      await windows.add(request(1, { shard: "other", arrived_unix_ms: NOW_UNIX_MS + 1 })),
      await windows.add(request(1, { batch: { ...sampleBatch(1), ok_latency_us: [9], failed: 7 } })),
      await windows.add(request(1, { batch: { ...sampleBatch(1), reporter: "another" } })),
      await windows.add(request(1, { id: { ...ID, window: ID.window + 1 } })),
      await windows.add(request(1, { id: { ...ID, release: `sha256:${"cd".repeat(32)}` } })),
    ];
    checkEqual(outcomes, ["added", "duplicate", "duplicate", "added", "added", "added"], "outcomes");
    checkEqual((await progressOf(windows)).total, 2 * endsOf(sampleBatch(1)), "ends of the window");
  });

  test("many adds at once are all counted", async (harness) => {
    const stores = [harness.windows, await harness.reopen()];
    const requests = Array.from({ length: 20 }, (_, nth) => request(nth, { shard: `lane-${nth % 2}` }));
    const sent = requests.map((each, nth) => (stores[(nth >> 1) % 2] ?? harness.windows).add(each));
    checkEqual(count(await Promise.all(sent)), { added: 20 }, "outcomes");
    const { shards } = await harness.windows.freeze(ID, NOW_UNIX_MS);
    const expected = ["lane-0", "lane-1"].map((shard) => ({ shard, counters: sumOf(requests, shard) }));
    checkEqual(sorted(shards), sorted(expected), "shards");
  });

  test("progress tells ends, failures and starts that were abandoned", async ({ windows }) => {
    const batch = { ...sampleBatch(0), ok_latency_us: [5, 6, 7], failed: 2, started: 4, ended: 0 };
    await windows.add(request(0, { batch }));
    checkEqual(await progressOf(windows), { total: 5, failed: 2, last_unix_ms: NOW_UNIX_MS }, "before");
    const late = await progressOf(windows, ID, NOW_UNIX_MS + 2 * ABANDON_AFTER_MS);
    checkEqual(late, { total: 9, failed: 6, last_unix_ms: NOW_UNIX_MS }, "when the starts are abandoned");
    const ends = { ...sampleBatch(1), ok_latency_us: [5, 6], failed: 1, started: 0, ended: 3 };
    await windows.add(request(1, { batch: ends, shard: "other", arrived_unix_ms: NOW_UNIX_MS + 1 }));
    const after = await progressOf(windows, ID, NOW_UNIX_MS + 2 * ABANDON_AFTER_MS);
    checkEqual(after, { total: 9, failed: 4, last_unix_ms: NOW_UNIX_MS + 1 }, "when three of them ended elsewhere");
  });

  test("what comes after freezing is late and changes nothing", async (harness) => {
    await harness.windows.add(request(0));
    const first = await harness.windows.freeze(ID, NOW_UNIX_MS);
    checkEqual(await harness.windows.add(request(1)), "late", "a new batch");
    checkEqual(await harness.windows.add(request(0)), "late", "one that was counted before");
    checkEqual(await harness.windows.lateCount(ID.rollout_id), 2, "late batches");
    checkEqual(await harness.windows.freeze(ID, NOW_UNIX_MS + 5), first, "frozen again");
    const again = await harness.reopen();
    checkEqual(await again.freeze(ID, NOW_UNIX_MS + 6), first, "frozen again by another process");
    checkEqual(await again.lateCount(ID.rollout_id), 2, "late batches, seen by another process");
    checkEqual(await again.lateCount("default~prod~edge-wasm~8"), 0, "late batches of another rollout");
  });

  test("a window that nobody reported to is frozen empty", async ({ windows }) => {
    const empty = { frozen_unix_ms: NOW_UNIX_MS, shards: [] };
    checkEqual(await windows.freeze(ID, NOW_UNIX_MS), empty, "first");
    checkEqual(await windows.add(request(0)), "late", "a batch");
    checkEqual(await windows.freeze(ID, NOW_UNIX_MS + 1), empty, "second");
  });

  test("of many that freeze at once all get the same", async (harness) => {
    const stores = [harness.windows, await harness.reopen()];
    const added = Array.from({ length: 10 }, (_, nth) => harness.windows.add(request(nth)));
    const frozen = await Promise.all(
      Array.from({ length: 10 }, (_, nth) => (stores[nth % 2] ?? harness.windows).freeze(ID, NOW_UNIX_MS + nth)),
    );
    for (const each of frozen) checkEqual(each, frozen[0], "frozen");
    const counted = (await Promise.all(added)).flatMap((outcome, nth) => (outcome === "added" ? [request(nth)] : []));
    const expected = counted.length === 0 ? [] : [{ shard: SHARD, counters: sumOf(counted, SHARD) }];
    checkEqual(sorted(frozen[0]?.shards), sorted(expected), "exactly what was acknowledged as added");
  });

  test("a reporter adds no more than its share, whoever else reports", async ({ windows }) => {
    const limited = (nth: number, changes: Partial<ReportBatch>) =>
      windows.add({
        ...request(nth, {
          batch: { ...sampleBatch(nth), reporter: "one", failed: 0, started: 0, ended: 0, ...changes },
        }),
        reporter_observations_max: 10,
      });
    checkEqual(await limited(0, { ok_latency_us: [1, 2, 3, 4], failed: 2 }), "added", "six");
    await checkFails("reporter_cap", "eleven", () => limited(1, { ok_latency_us: [1, 2, 3], started: 2 }));
    checkEqual(await limited(1, { ok_latency_us: [], started: 4 }), "added", "ten, under the id that was refused");
    await checkFails("reporter_cap", "one more", () => limited(2, { ok_latency_us: [1] }));
    checkEqual(
      await limited(3, { ok_latency_us: [1, 2, 3, 4], ended: 4 }),
      "added",
      "ends of starts that count already",
    );
    await checkFails("reporter_cap", "ends of starts that nobody reported", () =>
      limited(4, { ok_latency_us: [1], ended: 1 }),
    );
    checkEqual(await limited(0, { ok_latency_us: [1, 2, 3, 4], failed: 2 }), "duplicate", "a batch that was counted");
    checkEqual(await windows.add({ ...request(5), reporter_observations_max: 10 }), "added", "another reporter");
    const { total } = await progressOf(windows);
    checkEqual(total, 6 + 4 + endsOf(sampleBatch(5)), "ends");
  });

  test("a batch that is refused takes no other with it", async ({ windows }) => {
    const requests = Array.from({ length: 12 }, (_, nth) =>
      request(nth, nth % 4 === 1 ? { reporter_observations_max: 1 } : {}),
    );
    const settled = await Promise.allSettled(requests.map((each) => windows.add(each)));
    const added = requests.filter((_, nth) => settled[nth]?.status === "fulfilled");
    checkEqual(added.length, 9, "batches that were added");
    const { shards } = await windows.freeze(ID, NOW_UNIX_MS);
    checkEqual(sorted(shards[0]?.counters), sorted(sumOf(added, SHARD)), "counters");
  });

  test("a window remembers a bounded number of batches", async ({ windows, batches_max }) => {
    const requests = Array.from({ length: batches_max }, (_, nth) => request(nth));
    await Promise.all(requests.map((each) => windows.add(each)));
    await checkFails("reports_full", "one more", () => windows.add(request(batches_max)));
    checkEqual(await windows.add(request(0)), "duplicate", "one of those");
    checkEqual(await windows.add(request(0, { id: { ...ID, window: 9 } })), "added", "another window");
    const { shards } = await windows.freeze(ID, NOW_UNIX_MS);
    checkEqual(sorted(shards[0]?.counters), sorted(sumOf(requests, SHARD)), "what was acknowledged");
  });

  test("a forgotten window stays closed, and so do those before it", async (harness) => {
    const { windows } = harness;
    await windows.add(request(0));
    await windows.freeze(ID, NOW_UNIX_MS);
    await windows.add(request(1));
    await windows.forget(ID);
    await windows.forget(ID);
    checkEqual(await progressOf(windows), { total: 0, failed: 0 }, "progress");
    const again = await harness.reopen();
    checkEqual(await again.add(request(2)), "late", "a batch for it");
    checkEqual(await again.add(request(3, { id: { ...ID, stage: 0, window: 30 } })), "late", "a batch for one before");
    checkEqual(await again.lateCount(ID.rollout_id), 3, "late batches");
    await checkFails("window_forgotten", "freezing it", () => again.freeze(ID, NOW_UNIX_MS + 1));
    const others: WindowId[] = [
      { ...ID, window: ID.window + 1 },
      { ...ID, stage: ID.stage + 1, window: 0 },
      { ...ID, attempt: 1, stage: 0, window: 0 },
      { ...ID, release: `sha256:${"cd".repeat(32)}`, window: 0 },
      { ...ID, rollout_id: "default~prod~edge-wasm~8", window: 0 },
    ];
    for (const id of others) checkEqual(await again.add(request(4, { id })), "added", JSON.stringify(id));
  });

  test("windows are forgotten in any order", async ({ windows }) => {
    const ids = [0, 1, 2].map((window) => ({ ...ID, window }));
    for (const id of ids) await windows.add(request(0, { id }));
    for (const id of ids) await windows.freeze(id, NOW_UNIX_MS);
    for (const nth of [2, 0]) await windows.forget(ids[nth] ?? ID);
    checkEqual((await progressOf(windows, ids[1])).total, endsOf(sampleBatch(0)), "the one that is left");
    for (const id of ids) checkEqual(await windows.add(request(1, { id })), "late", `window ${id.window}`);
    checkEqual(await windows.add(request(1, { id: { ...ID, window: 3 } })), "added", "the next one");
  });

  test("an open window is not forgotten", async ({ windows }) => {
    await windows.add(request(0));
    try {
      await windows.forget(ID);
    } catch (error) {
      check(error instanceof RangeError, `forgetting threw ${String(error)}`);
      checkEqual((await progressOf(windows)).total, endsOf(sampleBatch(0)), "ends");
      return;
    }
    throw new CheckFailed("evidence that nobody has recorded was forgotten");
  });

  test("what was counted is there for the next process", async (harness) => {
    await harness.windows.add(request(0));
    const again = await harness.reopen();
    checkEqual((await progressOf(again)).total, endsOf(sampleBatch(0)), "ends");
    checkEqual(await again.add(request(0)), "duplicate", "the same batch");
    checkEqual(await again.add(request(1)), "added", "the next one");
    const both = endsOf(sampleBatch(0)) + endsOf(sampleBatch(1));
    checkEqual((await progressOf(harness.windows)).total, both, "which the first one sees");
  });
}

const SHARD = "lane";

/** Batches that differ in every count. */
function sampleBatch(nth: number): ReportBatch {
  return {
    reporter: `reporter-${nth % 3}`,
    batch_id: `batch-${nth}`,
    ok_latency_us: Array.from({ length: 3 + nth }, (_, at) => (at * 977 + nth * 13) % 100_000),
    failed: nth % 4,
    started: 1 + (nth % 5),
    ended: nth % 2,
  };
}

function request(nth: number, changes: Partial<ReportRequest> = {}): ReportRequest {
  return {
    id: ID,
    shard: SHARD,
    batch: sampleBatch(nth),
    arrived_unix_ms: NOW_UNIX_MS,
    reporter_observations_max: 1_000_000,
    ...changes,
  };
}

function endsOf({ ok_latency_us, failed }: ReportBatch): number {
  return ok_latency_us.length + failed;
}

function sumOf(requests: readonly ReportRequest[], shard: string) {
  return requests
    .filter((each) => each.shard === shard)
    .reduce((sum, { batch, arrived_unix_ms }) => addBatch(sum, batch, arrived_unix_ms), EMPTY_COUNTERS);
}

function count(outcomes: readonly ReportOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes.toSorted()) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** The order of fields is nobody's promise. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
