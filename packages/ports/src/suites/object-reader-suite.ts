/** What every place that serves objects promises. */
import { type Digest, digestOf, type Sha256 } from "@tau-edge/encoding";
import type { ObjectReader } from "../object-store.ts";
import { check, checkEqual, checkFails, collect, sampleBytes, type TestRegistrar } from "./check.ts";

export interface ObjectReaderHarness {
  readonly reader: ObjectReader;
  readonly sha256: Sha256;
  /** Puts the bytes under the digest, by whatever means; they need not have that digest. */
  plant(digest: Digest, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const SIZE_BYTES = 300_001;

export function objectReaderSuite(t: TestRegistrar, make: () => Promise<ObjectReaderHarness>): void {
  function test(name: string, run: (harness: ObjectReaderHarness) => Promise<void>): void {
    t.test(`object reader: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }

  async function planted(harness: ObjectReaderHarness, bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(harness.sha256(bytes));
    await harness.plant(digest, bytes);
    return digest;
  }

  test("an object that is not there is undefined, three ways", async ({ reader, sha256 }) => {
    const digest = digestOf(sha256(sampleBytes(1, 10)));
    checkEqual(await reader.stat(digest), undefined, "stat");
    checkEqual(await reader.open(digest), undefined, "open");
    checkEqual(await reader.read(digest, 100), undefined, "read");
  });

  test("what was put comes back, whole and with its size", async (harness) => {
    for (const size_bytes of [0, 1, SIZE_BYTES]) {
      const bytes = sampleBytes(2, size_bytes);
      const digest = await planted(harness, bytes);
      checkEqual(await harness.reader.stat(digest), { digest, size_bytes }, "stat");
      checkEqual(
        digestOf(harness.sha256((await harness.reader.read(digest, size_bytes)) ?? bytes.slice(1))),
        digest,
        "read",
      );
      const opened = await harness.reader.open(digest);
      check(opened !== undefined, "open finds what stat finds");
      checkEqual([opened.digest, opened.size_bytes], [digest, size_bytes], "open");
      checkEqual(digestOf(harness.sha256(await collect(opened.body()))), digest, "body");
    }
  });

  test("ranges give exactly their bytes", async (harness) => {
    const bytes = sampleBytes(3, SIZE_BYTES);
    const digest = await planted(harness, bytes);
    const ranges = [
      [0, 1],
      [0, SIZE_BYTES],
      [SIZE_BYTES - 1, SIZE_BYTES],
      [262_143, 262_145],
      [7, 7],
    ] as const;
    for (const [start, end] of ranges) {
      const opened = await harness.reader.open(digest);
      check(opened !== undefined, "open finds the object");
      const got = await collect(opened.body({ start, end }));
      checkEqual(digestOf(harness.sha256(got)), digestOf(harness.sha256(bytes.slice(start, end))), `${start}..${end}`);
    }
  });

  test("a body can be cancelled, and an open object closed unused", async (harness) => {
    const digest = await planted(harness, sampleBytes(4, SIZE_BYTES));
    for (let round = 0; round < 10; round++) {
      const opened = await harness.reader.open(digest);
      const unused = await harness.reader.open(digest);
      check(opened !== undefined && unused !== undefined, "open finds the object");
      const reader = opened.body().getReader();
      check(!(await reader.read()).done, "the first piece comes");
      await reader.cancel();
      await unused.close();
      await unused.close();
    }
  });

  test("an object above the caller's limit is refused", async (harness) => {
    const digest = await planted(harness, sampleBytes(5, 1_000));
    await checkFails("object_too_large", "one byte too many", () => harness.reader.read(digest, 999));
    checkEqual((await harness.reader.read(digest, 1_000))?.length, 1_000, "exactly the limit");
  });

  test("bytes that do not have the digest are never served", async (harness) => {
    for (const size_bytes of [1_000, SIZE_BYTES]) {
      const bytes = sampleBytes(6, size_bytes);
      const digest = digestOf(harness.sha256(bytes));
      bytes[size_bytes >> 1] = (bytes[size_bytes >> 1] ?? 0) ^ 1;
      await harness.plant(digest, bytes);
      await checkFails("object_corrupt", "read of a changed object", () => harness.reader.read(digest, size_bytes));
      await checkFails("object_corrupt", "open of a changed object", async () => {
        const opened = await harness.reader.open(digest);
        return opened === undefined ? "nothing" : collect(opened.body());
      });
    }
  });

  test("a truncated or extended object is never served", async (harness) => {
    const bytes = sampleBytes(7, 10_000);
    for (const stored of [bytes.slice(0, 9_999), new Uint8Array(0), new Uint8Array([...bytes, 0])]) {
      const digest = digestOf(harness.sha256(sampleBytes(7, 10_000)));
      await harness.plant(digest, stored);
      await checkFails("object_corrupt", `${stored.length} bytes in place of 10000`, () =>
        harness.reader.read(digest, 20_000),
      );
    }
  });
}
