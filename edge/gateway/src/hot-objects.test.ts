/** Memory stays within its bounds, and nobody gets other bytes than the digest's. */
import { type Digest, digestOf, sha256 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { makeHotObjects } from "./hot-objects.ts";

const digests = Array.from({ length: 5 }, (_, nth) => digestOf(sha256(Uint8Array.of(nth))));
const digest = (nth: number): Digest => digests[nth] ?? digestOf(sha256(new Uint8Array()));
const bytes = (nth: number, size: number): Uint8Array => new Uint8Array(size).fill(nth);

it("loads once for all who wait, and not again", async () => {
  const hot = makeHotObjects({ objectBytesMax: 100, totalBytesMax: 100 });
  let loads = 0;
  const load = async (): Promise<Uint8Array> => {
    loads += 1;
    return bytes(0, 10);
  };
  const [one, other] = await Promise.all([hot.get(digest(0), 10, load), hot.get(digest(0), 10, load)]);
  expect(one).toEqual(bytes(0, 10));
  expect(other).toBe(one);
  expect(await hot.get(digest(0), 10, load)).toBe(one);
  expect(loads).toBe(1);
});

it("lets go of what was used longest ago", async () => {
  const hot = makeHotObjects({ objectBytesMax: 100, totalBytesMax: 100 });
  const loaded: number[] = [];
  const get = async (nth: number): Promise<void> => {
    await hot.get(digest(nth), 40, async () => {
      loaded.push(nth);
      return bytes(nth, 40);
    });
  };
  for (const nth of [0, 1, 0, 2, 0, 1]) await get(nth);
  expect(loaded).toEqual([0, 1, 2, 1]);
});

it("leaves to streaming what is too large alone, or too much at once", async () => {
  const hot = makeHotObjects({ objectBytesMax: 60, totalBytesMax: 100 });
  const never = Promise.withResolvers<Uint8Array>();
  expect(hot.get(digest(0), 61, () => never.promise)).toBeUndefined();
  const pending = hot.get(digest(1), 60, () => never.promise);
  expect(hot.get(digest(2), 60, () => never.promise)).toBeUndefined();
  expect(hot.get(digest(3), 40, () => never.promise)).toBeDefined();
  never.resolve(bytes(1, 60));
  await pending;
});

it("keeps nothing of a load that failed", async () => {
  const hot = makeHotObjects({ objectBytesMax: 100, totalBytesMax: 100 });
  const fail = (): Promise<Uint8Array> => Promise.reject(new Error("unreadable"));
  await expect(hot.get(digest(0), 80, fail)).rejects.toThrow("unreadable");
  expect(await hot.get(digest(0), 80, async () => bytes(0, 80))).toEqual(bytes(0, 80));
});
