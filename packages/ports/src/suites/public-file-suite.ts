/** What every public file promises: there as a whole or not at all, and nobody's bytes lost by a creation. */
import type { PublicFile } from "../public-file.ts";
import { check, checkEqual, checkFails, sampleBytes, type TestRegistrar } from "./check.ts";

export interface PublicFileHarness {
  readonly file: PublicFile;
  /** The same file, opened as another process would. */
  reopen(): PublicFile;
  close(): Promise<void>;
}

const SIZE_BYTES_MAX = 10_000;

export function publicFileSuite(t: TestRegistrar, make: () => Promise<PublicFileHarness>): void {
  function test(name: string, run: (harness: PublicFileHarness) => Promise<void>): void {
    t.test(`public file: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }

  test("is not there before it is made, and afterwards for everybody", async ({ file, reopen }) => {
    checkEqual(await file.read(SIZE_BYTES_MAX), undefined, "no file");
    check(await file.create(sampleBytes(1, 3_000)), "it is made");
    checkEqual(await bytesOf(reopen()), sampleBytes(1, 3_000), "what another reads");
  });

  test("is made once, and keeps what the first put there", async ({ file, reopen }) => {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, nth) => (nth % 2 === 0 ? file : reopen()).create(sampleBytes(nth, 500))),
    );
    checkEqual(made.filter(Boolean).length, 1, "creations");
    checkEqual(await bytesOf(file), sampleBytes(made.indexOf(true), 500), "what stands there");
  });

  test("holds other bytes once they were put in their place", async ({ file, reopen }) => {
    await file.create(sampleBytes(1, 3_000));
    await reopen().replace(sampleBytes(2, 40));
    checkEqual(await bytesOf(file), sampleBytes(2, 40), "bytes");
  });

  test("is not read where it is larger than who asks wants it", async ({ file }) => {
    await file.create(sampleBytes(1, 3_000));
    checkEqual((await file.read(3_000))?.length, 3_000, "size");
    await checkFails("state_foreign", "a byte less", () => file.read(2_999));
  });
}

async function bytesOf(file: PublicFile): Promise<Uint8Array | undefined> {
  const bytes = await file.read(SIZE_BYTES_MAX);
  return bytes && new Uint8Array(bytes);
}
