/** What every place that keeps COMMITTED pointers promises. */
import { COMMIT_POINTER_BYTES_MAX, formatRolloutId, pointerKey } from "@tau-edge/ledger";
import type { CommitPointers } from "../commit-pointers.ts";
import { PortError } from "../errors.ts";
import { check, checkEqual, checkFails, nextTurn, sampleBytes, type TestRegistrar } from "./check.ts";

export interface CommitPointersHarness {
  readonly pointers: CommitPointers;
  /** The same place, opened as another process would. */
  reopen(): Promise<CommitPointers>;
  /** Puts these bytes under the key, by whatever means. */
  plant(key: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const STREAM = "default/prod/checkout";
const SIZE_BYTES = 300;

const keyOf = (seq: number, stream = STREAM): string => pointerKey(stream, formatRolloutId({ stream, seq }));

export function commitPointersSuite(t: TestRegistrar, make: () => Promise<CommitPointersHarness>): void {
  function test(name: string, run: (harness: CommitPointersHarness) => Promise<void>): void {
    t.test(`commit pointers: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }

  test("a pointer that is not there is undefined, and a stream without any lists none", async ({ pointers }) => {
    checkEqual(await pointers.read(keyOf(0)), undefined, "read");
    checkEqual(await pointers.list(STREAM), [], "list");
  });

  test("the first publish creates, the second finds it", async ({ pointers }) => {
    for (const [seq, size_bytes] of [1, SIZE_BYTES, COMMIT_POINTER_BYTES_MAX].entries()) {
      const bytes = sampleBytes(1, size_bytes);
      checkEqual(await pointers.publish(keyOf(seq), bytes), "created", "first publish");
      checkEqual(await pointers.publish(keyOf(seq), bytes), "exists", "second publish");
      checkEqual(await pointers.read(keyOf(seq)), bytes, "read");
    }
  });

  test("other bytes conflict, and what stood there stays", async (harness) => {
    const [bytes, other] = [sampleBytes(2, SIZE_BYTES), sampleBytes(3, SIZE_BYTES)];
    await harness.pointers.publish(keyOf(0), bytes);
    for (const pointers of [harness.pointers, await harness.reopen()])
      for (const wrong of [other, bytes.slice(1), Uint8Array.of(...bytes, 0)])
        await checkFails("pointer_conflict", "publish of other bytes", () => pointers.publish(keyOf(0), wrong));
    checkEqual(await harness.pointers.read(keyOf(0)), bytes, "read after it");
    checkEqual(await harness.pointers.publish(keyOf(0), bytes), "exists", "publish of the same bytes after it");
  });

  test("what was published is there for the next process", async (harness) => {
    const bytes = sampleBytes(4, SIZE_BYTES);
    await harness.pointers.publish(keyOf(7), bytes);
    const again = await harness.reopen();
    checkEqual(await again.read(keyOf(7)), bytes, "read");
    checkEqual(await again.list(STREAM), [keyOf(7)], "list");
    checkEqual(await again.publish(keyOf(7), bytes), "exists", "publish");
  });

  test("the place keeps its own copy", async ({ pointers }) => {
    const bytes = sampleBytes(5, SIZE_BYTES);
    await pointers.publish(keyOf(0), bytes);
    bytes.fill(0);
    checkEqual(await pointers.read(keyOf(0)), sampleBytes(5, SIZE_BYTES), "after the caller reused its buffer");
    (await pointers.read(keyOf(0)))?.fill(0);
    checkEqual(await pointers.read(keyOf(0)), sampleBytes(5, SIZE_BYTES), "after a reader changed what it got");
  });

  test("a list holds the pointers of its stream alone, in the order of their rollouts", async ({ pointers }) => {
    const others = ["default/prod/checkout-2", "default/dev/checkout", "other/prod/checkout"];
    for (const seq of [10, 9, 100]) await pointers.publish(keyOf(seq), sampleBytes(seq, SIZE_BYTES));
    for (const stream of others) await pointers.publish(keyOf(3, stream), sampleBytes(3, SIZE_BYTES));
    checkEqual(await pointers.list(STREAM), [keyOf(9), keyOf(10), keyOf(100)], "list");
    for (const stream of others) checkEqual(await pointers.list(stream), [keyOf(3, stream)], `list of ${stream}`);
  });

  test("of many writers of one pointer one creates it, and all succeed", async (harness) => {
    const other = await harness.reopen();
    for (let round = 0; round < 5; round++) {
      const bytes = sampleBytes(20 + round, SIZE_BYTES);
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, nth) => (nth % 2 === 0 ? harness.pointers : other).publish(keyOf(round), bytes)),
      );
      checkEqual(outcomes.filter((outcome) => outcome === "created").length, 1, "creators");
      checkEqual(await other.read(keyOf(round)), bytes, "the pointer");
    }
  });

  test("of writers with different bytes one creates, and every other one is told", async (harness) => {
    const other = await harness.reopen();
    for (let round = 0; round < 5; round++) {
      const all = Array.from({ length: 8 }, (_, nth) => sampleBytes(8 * round + nth, SIZE_BYTES));
      const outcomes = await Promise.all(
        all.map((bytes, nth) =>
          (nth % 2 === 0 ? harness.pointers : other)
            .publish(keyOf(round), bytes)
            .catch((error: unknown) => (error instanceof PortError ? error.code : String(error))),
        ),
      );
      const created = outcomes.indexOf("created");
      checkEqual(
        outcomes.toSorted(),
        ["created", ...new Array<string>(7).fill("pointer_conflict")],
        "one creates, seven are told",
      );
      checkEqual(await other.read(keyOf(round)), all[created], "the pointer is the creator's");
    }
  });

  test("nobody reads half a pointer while it is written", async (harness) => {
    const other = await harness.reopen();
    for (let round = 0; round < 10; round++) {
      const bytes = sampleBytes(40 + round, COMMIT_POINTER_BYTES_MAX);
      let writing = true;
      const published = harness.pointers.publish(keyOf(round), bytes).finally(() => {
        writing = false;
      });
      while (writing) {
        const size_bytes = (await other.read(keyOf(round)))?.length;
        check(size_bytes === undefined || size_bytes === bytes.length, `a reader saw ${size_bytes} bytes`);
        await nextTurn();
      }
      await published;
    }
  });

  test("what is no key names nothing outside", async ({ pointers }) => {
    const bytes = sampleBytes(6, SIZE_BYTES);
    const [, , , rollout = ""] = keyOf(0).split("/");
    for (const key of ["", rollout, `../${rollout}`, `default/dev/checkout/${rollout}`, `${STREAM}/../../x`, STREAM]) {
      await checkFails("path_escapes", `publish of ${JSON.stringify(key)}`, () => pointers.publish(key, bytes));
      await checkFails("path_escapes", `read of ${JSON.stringify(key)}`, () => pointers.read(key));
    }
    for (const stream of ["", "system", "..", "../../..", "default/prod"])
      await checkFails("path_escapes", `list of ${JSON.stringify(stream)}`, () => pointers.list(stream));
  });

  test("what cannot be a pointer is neither published nor read", async ({ pointers, plant }) => {
    for (const [seq, size_bytes] of [0, COMMIT_POINTER_BYTES_MAX + 1].entries()) {
      const bytes = sampleBytes(7, size_bytes);
      await checkFails("pointer_corrupt", `publish of ${size_bytes} bytes`, () => pointers.publish(keyOf(seq), bytes));
      checkEqual(await pointers.read(keyOf(seq)), undefined, "read after it");
      await plant(keyOf(seq), bytes);
      await checkFails("pointer_corrupt", `read of ${size_bytes} bytes`, () => pointers.read(keyOf(seq)));
      await checkFails("pointer_corrupt", `publish onto ${size_bytes} bytes`, () =>
        pointers.publish(keyOf(seq), sampleBytes(8, SIZE_BYTES)),
      );
    }
  });
}
