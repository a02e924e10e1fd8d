import { SeededChance } from "@tau-edge/adapter-memory";
import { describe, expect, it } from "vitest";
import { START_SLOT_MS } from "../limits.ts";
import { addBatch, EMPTY_COUNTERS, mergeCounters, progress } from "./counters.ts";
import type { ReportBatch, WindowCounters } from "./window.ts";

const T0 = 1_000_000 * START_SLOT_MS;

function batch(changes: Partial<ReportBatch> = {}): ReportBatch {
  return { reporter: "r", batch_id: "b", ok_latency_us: [], failed: 0, started: 0, ended: 0, ...changes };
}

function drawBatch(chance: SeededChance): { batch: ReportBatch; at: number } {
  const ok_latency_us = Array.from({ length: chance.below(4) }, () => chance.below(2_000_000));
  const failed = chance.below(3);
  const ended = chance.below(ok_latency_us.length + failed + 1);
  return { batch: batch({ ok_latency_us, failed, started: chance.below(3), ended }), at: T0 + chance.below(600_000) };
}

const count = (drawn: ReturnType<typeof drawBatch>): WindowCounters => addBatch(EMPTY_COUNTERS, drawn.batch, drawn.at);

describe("counters", () => {
  it("count successes with their latencies, failures, starts and the times of ends", () => {
    const one = addBatch(EMPTY_COUNTERS, batch({ ok_latency_us: [90, 7, 90], failed: 1, started: 2 }), T0 + 5);
    const two = addBatch(one, batch({ ok_latency_us: [8], started: 1, ended: 1 }), T0 + START_SLOT_MS);
    expect(two).toEqual({
      ok: 4,
      failed: 1,
      ended: 1,
      starts: [
        [1_000_000, 2],
        [1_000_001, 1],
      ],
      latency: [
        [7, 1],
        [8, 1],
        [90, 2],
      ],
      first_unix_ms: T0 + 5,
      last_unix_ms: T0 + START_SLOT_MS,
    });
  });

  it("do not take a start for an observation that keeps a window fresh", () => {
    expect(addBatch(EMPTY_COUNTERS, batch({ started: 3 }), T0)).not.toHaveProperty("last_unix_ms");
  });

  it("merge in any order and any grouping to the same values", () => {
    for (let seed = 0; seed < 200; seed++) {
      const chance = new SeededChance(seed);
      const [a, b, c] = [count(drawBatch(chance)), count(drawBatch(chance)), count(drawBatch(chance))];
      expect(mergeCounters(a, b), `seed ${seed}`).toEqual(mergeCounters(b, a));
      const left = mergeCounters(mergeCounters(a, b), c);
      expect(left, `seed ${seed}`).toEqual(mergeCounters(a, mergeCounters(b, c)));
      expect(mergeCounters(a, EMPTY_COUNTERS)).toEqual(a);
    }
  });

  it("of batches in any order are the same, and so is the progress", () => {
    const chance = new SeededChance(5);
    const drawn = Array.from({ length: 60 }, () => drawBatch(chance));
    const add = (list: typeof drawn) => list.reduce((sum, { batch, at }) => addBatch(sum, batch, at), EMPTY_COUNTERS);
    expect(add(drawn.toReversed())).toEqual(add(drawn));
    const shards = [add(drawn.slice(0, 20)), add(drawn.slice(20))];
    const now = T0 + 700_000;
    expect(progress(shards, now, 60_000)).toEqual(progress([add(drawn)], now, 60_000));
  });

  it.each(["ok", "failed", "ended"] as const)("refuse to pass 2^53-1: %s", (field) => {
    const full = { ...EMPTY_COUNTERS, [field]: Number.MAX_SAFE_INTEGER };
    const one = { ...EMPTY_COUNTERS, [field]: 1 };
    expect(() => mergeCounters(full, one)).toThrow(expect.objectContaining({ code: "counter_overflow", at: field }));
  });
});

describe("progress", () => {
  const ABANDON_MS = 60_000;
  const started = addBatch(EMPTY_COUNTERS, batch({ started: 3 }), T0);
  const due = T0 + START_SLOT_MS + ABANDON_MS;

  it("counts a start as a failure once its whole slot is overdue, and not a moment before", () => {
    expect(progress([started], due - 1, ABANDON_MS)).toEqual({ total: 0, failed: 0 });
    expect(progress([started], due, ABANDON_MS)).toEqual({ total: 3, failed: 3 });
  });

  it("lets an end take back an overdue start, also one that another shard counted", () => {
    const end = addBatch(EMPTY_COUNTERS, batch({ ok_latency_us: [5], failed: 1, ended: 2 }), due);
    const expected = { total: 3, failed: 2, last_unix_ms: due };
    expect(progress([mergeCounters(started, end)], due, ABANDON_MS)).toEqual(expected);
    expect(progress([started, end], due, ABANDON_MS)).toEqual(expected);
  });

  it("supposes that ends belong to the oldest starts", () => {
    const later = addBatch(started, batch({ started: 5 }), due);
    const ended = addBatch(later, batch({ ok_latency_us: [1, 1, 1], ended: 3 }), due);
    expect(progress([ended], due, ABANDON_MS)).toMatchObject({ total: 3, failed: 0 });
    expect(progress([ended], due + START_SLOT_MS + ABANDON_MS, ABANDON_MS)).toMatchObject({ total: 8, failed: 5 });
  });

  it("never counts less than nothing as abandoned", () => {
    const ends = addBatch(EMPTY_COUNTERS, batch({ ok_latency_us: [1], ended: 1 }), T0);
    expect(progress([ends], due, ABANDON_MS)).toEqual({ total: 1, failed: 0, last_unix_ms: T0 });
  });

  it("of nothing is nothing", () => {
    expect(progress([], due, ABANDON_MS)).toEqual({ total: 0, failed: 0 });
  });
});
