import { SeededChance } from "@tau-edge/adapter-memory";
import { encodeCbor, toHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { DISTRIBUTIONS, drawLatencies } from "./distributions.test-helper.ts";
import { BUCKET_COUNT, bucketOf, histogramOf, latencyOf, mergeHistograms, nearestRank95, p95 } from "./histogram.ts";
import type { SparseCounts } from "./sparse-counts.ts";

describe("buckets", () => {
  it("keeps values below 256 exactly", () => {
    for (let us = 0; us < 256; us++) expect(latencyOf(bucketOf(us))).toBe(us);
  });

  it("cuts each octave into 128 parts, without a gap and without an overlap", () => {
    for (let octave = 7; octave < 40; octave++) {
      const start = 2 ** octave;
      const width = 2 ** (octave - 7);
      expect(bucketOf(start)).toBe((octave - 6) * 128);
      expect(bucketOf(start + width)).toBe(bucketOf(start + width - 1) + 1);
      expect(bucketOf(2 * start - 1)).toBe((octave - 6) * 128 + 127);
      expect(bucketOf(2 * start - width)).toBe(bucketOf(2 * start - 1));
    }
  });

  it("finds each bucket's middle in the bucket", () => {
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) expect(bucketOf(latencyOf(bucket))).toBe(bucket);
  });

  it("counts whatever is longer than 12.7 days in the last bucket", () => {
    for (const us of [2 ** 40 - 1, 2 ** 40, Number.MAX_SAFE_INTEGER]) expect(bucketOf(us)).toBe(BUCKET_COUNT - 1);
  });
});

describe("p95", () => {
  it("is the nearest rank", () => {
    for (let n = 0; n <= 2_000; n++) expect(nearestRank95(n)).toBe(Math.floor((95 * n + 99) / 100));
    expect(nearestRank95(Number.MAX_SAFE_INTEGER)).toBe(Number((BigInt(Number.MAX_SAFE_INTEGER) * 95n + 99n) / 100n));
  });

  it("takes the 19th of 20 and the 20th of 21", () => {
    const first = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
    expect(p95(histogramOf(first(20)))).toBe(19);
    expect(p95(histogramOf(first(21)))).toBe(20);
    expect(p95(histogramOf([7]))).toBe(7);
    expect(p95([])).toBeUndefined();
  });

  it.each(Object.entries(DISTRIBUTIONS))("is within 0.5 %% of exact sorting: %s", (name, draw) => {
    const latencies = drawLatencies(draw, 20_000, name.length);
    const exact = latencies.toSorted((a, b) => a - b)[nearestRank95(latencies.length) - 1] ?? Number.NaN;
    expect(Math.abs((p95(histogramOf(latencies)) ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * 0.005);
  });

  it("has twenty distributions to be held against", () => {
    expect(Object.keys(DISTRIBUTIONS)).toHaveLength(20);
  });
});

describe("merging", () => {
  const shards = Array.from({ length: 1_000 }, (_, nth) => {
    const draws = Object.values(DISTRIBUTIONS);
    return histogramOf(drawLatencies(draws[nth % draws.length] ?? (() => 0), 30, nth));
  });
  const merged = (parts: readonly SparseCounts[]) => toHex(encodeCbor(parts.reduce(mergeHistograms, [])));

  it("gives the same bytes for 1,000 shards in any order", () => {
    const chance = new SeededChance(11);
    const expected = merged(shards);
    for (let round = 0; round < 5; round++) {
      const keyed = shards.map((shard) => ({ shard, key: chance.uint32() }));
      const shuffled = keyed.toSorted((a, b) => a.key - b.key).map(({ shard }) => shard);
      expect(merged(shuffled)).toBe(expected);
    }
    expect(merged([...shards].reverse())).toBe(expected);
  });

  it("gives the same bytes for shards that were merged before", () => {
    const halves = [shards.slice(0, 500), shards.slice(500)].map((half) => half.reduce(mergeHistograms, []));
    expect(merged(halves)).toBe(merged(shards));
  });

  it("gives what counting everything at once gives", () => {
    const [a, b] = [
      [3, 9_000, 9_000, 70],
      [70, 2 ** 39, 0],
    ];
    expect(mergeHistograms(histogramOf(a), histogramOf(b))).toEqual(histogramOf([...a, ...b]));
  });

  it("refuses a count beyond 2^53-1", () => {
    const full: SparseCounts = [[5, Number.MAX_SAFE_INTEGER]];
    expect(() => mergeHistograms(full, [[5, 1]])).toThrow(expect.objectContaining({ code: "counter_overflow" }));
  });
});
