/** The suite of collection fails for stores that break one of its promises. */
import { describe, expect, it } from "vitest";
import type { CollectionStore } from "../collection-store.ts";
import { collectionStoreSuite } from "./collection-store-suite.ts";
import { failuresOf } from "./failures.ts";
import { type CollectionDisk, type CollectionFlaw, collectionHarness } from "./flawed-collection.test-helper.ts";

type FlawOf = (sound: CollectionStore, disk: CollectionDisk) => CollectionFlaw;

const run = (flawOf: FlawOf) => failuresOf((t) => collectionStoreSuite(t, async () => collectionHarness(flawOf)));

const FLAWS: readonly (readonly [string, FlawOf])[] = [
  [
    "lists objects in no order",
    (_, disk) => ({
      collection: {
        async *stored() {
          const all = [...disk.objects].sort(([a], [b]) => (a < b ? 1 : -1));
          yield all.map(([digest, { bytes, renewed_unix_ms }]) => ({
            digest,
            size_bytes: bytes.length,
            renewed_unix_ms,
          }));
        },
      },
    }),
  ],
  [
    "knows only the last record that names an object",
    (sound) => ({
      collection: {
        async *named() {
          for await (const page of sound.named())
            yield page.filter(({ digest }, nth) => page[nth + 1]?.digest !== digest);
        },
      },
    }),
  ],
  [
    "marks although the append failed",
    (sound, disk) => ({
      collection: {
        async condemn(append, digests) {
          for (const digest of digests)
            disk.marks.set(digest, { digest, mark: "condemned", stream: append.stream, seq: 0, at_unix_ms: 0 });
          return sound.condemn(append, digests);
        },
      },
    }),
  ],
  [
    "begins the grace again with each plan",
    (sound, disk) => ({
      collection: {
        async condemn(append, digests) {
          for (const digest of digests) disk.marks.delete(digest);
          return sound.condemn(append, digests);
        },
      },
    }),
  ],
  [
    "does not take a mark away when a record names the object",
    (_, disk) => ({
      append: async (request) => {
        const before = new Map(disk.marks);
        const result = disk.append(request);
        for (const digest of request.objects) {
          const mark = before.get(digest);
          if (mark !== undefined) disk.marks.set(digest, mark);
        }
        return result;
      },
    }),
  ],
  [
    "takes a mark away before it knows whether the record is appended",
    (_, disk) => ({
      append: async (request) => {
        for (const digest of request.objects) disk.marks.delete(digest);
        return disk.append(request);
      },
    }),
  ],
  [
    "collects what it is told, marked or not",
    (sound) => ({
      collection: {
        async collect(append, digests, expectation) {
          const result = await sound.collect(append, digests, expectation);
          if (result.outcome !== "overtaken" || result.digests.length === 0) return result;
          return sound.collect(
            append,
            digests.filter((digest) => !result.digests.includes(digest)),
            expectation,
          );
        },
      },
    }),
  ],
  [
    "does not look at the system stream",
    (sound, disk) => ({
      collection: {
        collect: (append, digests, { condemned_seq }) =>
          sound.collect(append, digests, { condemned_seq, system_seq: disk.seqOf("system") }),
      },
    }),
  ],
  [
    "collects in one step what nobody condemned by that record",
    (sound, disk) => ({
      collection: {
        async collect(append, digests, expectation) {
          const { condemned_seq: seq } = expectation;
          for (const digest of digests)
            disk.marks.set(digest, { digest, mark: "condemned", stream: append.stream, seq, at_unix_ms: 0 });
          return sound.collect(append, digests, expectation);
        },
      },
    }),
  ],
  [
    "rescinds what is collected",
    (_, disk) => ({
      collection: {
        rescind: async (digests) => digests.reduce((count, digest) => count + (disk.marks.delete(digest) ? 1 : 0), 0),
      },
    }),
  ],
  [
    "sweeps what is only condemned",
    (sound, disk) => ({
      collection: {
        async sweep(objects_max) {
          for (const [digest, mark] of disk.marks) disk.marks.set(digest, { ...mark, mark: "collected" });
          return sound.sweep(objects_max);
        },
      },
    }),
  ],
  ["sweeps without end", (sound) => ({ collection: { sweep: () => sound.sweep(1_000) } })],
  [
    "forgets the marks and not the bytes",
    (sound, disk) => ({
      collection: {
        async sweep(objects_max) {
          const before = new Map(disk.objects);
          const result = await sound.sweep(objects_max);
          for (const [digest, object] of before) disk.objects.set(digest, object);
          return result;
        },
      },
    }),
  ],
  [
    "removes bytes that a record named meanwhile",
    (sound, disk) => ({
      collection: {
        async sweep(objects_max) {
          const marked = [...disk.marks.values()].filter(({ mark }) => mark === "collected").slice(0, objects_max);
          const result = await sound.sweep(objects_max);
          await new Promise((resolve) => {
            setTimeout(resolve, 0);
          });
          for (const { digest } of marked) disk.objects.delete(digest);
          return result;
        },
      },
    }),
  ],
  [
    "forgets who collected an object when it is stored again",
    (sound, disk) => ({
      collection: {
        collectedBy: async (digest) => (disk.objects.has(digest) ? undefined : sound.collectedBy(digest)),
      },
    }),
  ],
  [
    "explains by a collection why something is gone that a record named afterwards",
    (_, disk) => ({
      append: async (request) => {
        const before = new Map(disk.collected);
        const result = disk.append(request);
        for (const [digest, place] of before) disk.collected.set(digest, place);
        return result;
      },
    }),
  ],
  [
    "remembers the first collection of an object",
    (sound, disk) => ({
      collection: {
        async collect(append, digests, expectation) {
          const before = new Map(disk.collected);
          const result = await sound.collect(append, digests, expectation);
          for (const [digest, place] of before) disk.collected.set(digest, place);
          return result;
        },
      },
    }),
  ],
];

it("a sound collection passes", async () => {
  expect((await run(() => ({}))).failed).toEqual([]);
});

describe("the suite fails for a collection that", () => {
  for (const [what, flawOf] of FLAWS)
    it(what, async () => {
      const { failed, count } = await run(flawOf);
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.length).toBeLessThan(count);
    });
});
