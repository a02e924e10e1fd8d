/** What every place that keeps objects promises, beyond serving them. */
import { type Digest, digestOf, type Sha256 } from "@tau-edge/encoding";
import type { ObjectStore } from "../object-store.ts";
import { check, checkEqual, checkFails, collect, nextTurn, sampleBytes, type TestRegistrar } from "./check.ts";

export interface ObjectStoreHarness {
  readonly store: ObjectStore;
  readonly sha256: Sha256;
  /** The same place, opened as another process would. */
  reopen(): Promise<ObjectStore>;
  /** Puts other bytes in the place of what is stored. */
  damage(digest: Digest, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export function objectStoreSuite(t: TestRegistrar, make: () => Promise<ObjectStoreHarness>): void {
  function test(name: string, run: (harness: ObjectStoreHarness) => Promise<void>): void {
    t.test(`object store: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }

  test("the first put creates, the second finds it", async ({ store, sha256 }) => {
    for (const size_bytes of [0, 1, 300_000]) {
      const bytes = sampleBytes(11, size_bytes);
      const digest = digestOf(sha256(bytes));
      checkEqual(await store.putIfAbsent(digest, bytes), true, "first put");
      checkEqual(await store.putIfAbsent(digest, bytes), false, "second put");
      checkEqual(await store.stat(digest), { digest, size_bytes }, "stat");
    }
  });

  test("what was put is there for the next process", async (harness) => {
    const bytes = sampleBytes(12, 5_000);
    const digest = digestOf(harness.sha256(bytes));
    await harness.store.putIfAbsent(digest, bytes);
    const again = await harness.reopen();
    const opened = await again.open(digest);
    check(opened !== undefined, "the other process finds it");
    checkEqual(await collect(opened.body()), bytes, "and its bytes");
    checkEqual(await again.putIfAbsent(digest, bytes), false, "and does not create it again");
  });

  test("the store keeps its own copy", async ({ store, sha256 }) => {
    const bytes = sampleBytes(13, 100);
    const digest = digestOf(sha256(bytes));
    await store.putIfAbsent(digest, bytes);
    bytes.fill(0);
    checkEqual(await store.read(digest, 100), sampleBytes(13, 100), "after the caller reused its buffer");
    (await store.read(digest, 100))?.fill(0);
    checkEqual(await store.read(digest, 100), sampleBytes(13, 100), "after a reader changed what it got");
  });

  test("of many writers of one object one creates it, and all succeed", async (harness) => {
    const other = await harness.reopen();
    for (let round = 0; round < 5; round++) {
      const bytes = sampleBytes(20 + round, 50_000);
      const digest = digestOf(harness.sha256(bytes));
      const writers = Array.from({ length: 16 }, (_, nth) => (nth % 2 === 0 ? harness.store : other));
      const created = await Promise.all(writers.map((store) => store.putIfAbsent(digest, bytes)));
      checkEqual(created.filter(Boolean).length, 1, "creators");
      checkEqual(await harness.store.read(digest, 50_000), bytes, "the object");
    }
  });

  test("nobody reads half an object while it is written", async (harness) => {
    const other = await harness.reopen();
    for (let round = 0; round < 5; round++) {
      const bytes = sampleBytes(30 + round, 400_000);
      const digest = digestOf(harness.sha256(bytes));
      let writing = true;
      const put = harness.store.putIfAbsent(digest, bytes).finally(() => {
        writing = false;
      });
      while (writing) {
        const size_bytes = (await other.stat(digest))?.size_bytes;
        check(size_bytes === undefined || size_bytes === bytes.length, `a reader saw ${size_bytes} bytes`);
        await other.read(digest, bytes.length);
        await nextTurn();
      }
      await put;
    }
  });

  test("different objects do not get in each other's way", async ({ store, sha256 }) => {
    const all = Array.from({ length: 40 }, (_, nth) => sampleBytes(100 + nth, 1_000 + nth));
    const created = await Promise.all(all.map((bytes) => store.putIfAbsent(digestOf(sha256(bytes)), bytes)));
    checkEqual(created.filter(Boolean).length, 40, "created");
    for (const bytes of all) checkEqual(await store.read(digestOf(sha256(bytes)), 2_000), bytes, "each");
  });

  for (const [what, size_bytes] of [["another size", 1] as const, ["the same size", 1_000] as const])
    test(`a put onto other bytes of ${what} is no success`, async (harness) => {
      const bytes = sampleBytes(14, 1_000);
      const digest = digestOf(harness.sha256(bytes));
      await harness.store.putIfAbsent(digest, bytes);
      await harness.damage(digest, sampleBytes(15, size_bytes));
      await checkFails("object_corrupt", "put", () => harness.store.putIfAbsent(digest, bytes));
    });
}
