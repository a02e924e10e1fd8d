/** Memory stays within its bounds, and nobody gets other bytes than the digest's. */
import { type Digest, digestOf, sha256 } from "@tau-edge/encoding";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type HotObjects, makeHotObjects } from "./hot-objects.ts";

const digests = Array.from({ length: 5 }, (_, nth) => digestOf(sha256(Uint8Array.of(nth))));
const digest = (nth: number): Digest => digests[nth] ?? digestOf(sha256(new Uint8Array()));
const bytes = (nth: number, size: number): Uint8Array => new Uint8Array(size).fill(nth);

/** Asks for the nth object; what has to be loaded is noted. */
function asker(hot: HotObjects, size: number) {
  const loaded: number[] = [];
  const ask = (nth: number, sent?: Promise<unknown>) =>
    hot.get({
      digest: digest(nth),
      sizeBytes: size,
      async load() {
        loaded.push(nth);
        return bytes(nth, size);
      },
      sent: () => sent,
    });
  return { ask, loaded };
}

it("loads once for all who wait, and not again", async () => {
  const { ask, loaded } = asker(makeHotObjects({ objectBytesMax: 100, totalBytesMax: 100 }), 10);
  const [one, other] = await Promise.all([ask(0), ask(0)]);
  expect(one).toEqual(bytes(0, 10));
  expect(other).toBe(one);
  expect(await ask(0)).toBe(one);
  expect(loaded).toEqual([0]);
});

it("lets go of what was asked for less often, the longest unused first", async () => {
  const hot = makeHotObjects({ objectBytesMax: 100, totalBytesMax: 100 });
  const { ask, loaded } = asker(hot, 40);
  const held = () => [0, 1, 2, 3].filter((nth) => hot.has(digest(nth)));
  for (const nth of [0, 1, 0]) await ask(nth);
  expect(await ask(2), "asked for once, as 1 was").toBeUndefined();
  expect(await ask(2)).toBeDefined();
  expect(held()).toEqual([0, 2]);
  for (let times = 0; times < 3; times++) await ask(3);
  expect(held(), "0 was used before 2").toEqual([2, 3]);
  expect(loaded).toEqual([0, 1, 2, 3]);
});

it("keeps what it has when more objects than fit are asked for in turns", async () => {
  const hot = makeHotObjects({ objectBytesMax: 100, totalBytesMax: 100 });
  const { ask, loaded } = asker(hot, 40);
  for (let turn = 0; turn < 5_000; turn++) await ask(turn % 5);
  // Each halving of the counts may let one of them change places.
  expect(loaded.length).toBeLessThan(10);
});

it("leaves to streaming what is too large alone, or too much at once", async () => {
  const hot = makeHotObjects({ objectBytesMax: 60, totalBytesMax: 100 });
  const never = Promise.withResolvers<Uint8Array>();
  const get = (nth: number, sizeBytes: number) =>
    hot.get({ digest: digest(nth), sizeBytes, load: () => never.promise });
  expect(get(0, 61)).toBeUndefined();
  const pending = get(1, 60);
  expect(get(2, 60)).toBeUndefined();
  expect(get(3, 40)).toBeDefined();
  never.resolve(bytes(1, 60));
  await pending;
});

it("makes room before it loads, and keeps what it has when that would not be enough", async () => {
  const hot = makeHotObjects({ objectBytesMax: 100, totalBytesMax: 100 });
  await asker(hot, 60).ask(0);
  const slow = Promise.withResolvers<Uint8Array>();
  const request = { digest: digest(1), sizeBytes: 60, load: () => slow.promise };
  expect(hot.get(request)).toBeUndefined();
  const loading = hot.get(request);
  expect(hot.has(digest(0))).toBe(false);
  await asker(hot, 40).ask(2);
  expect(asker(hot, 50).ask(3)).toBeUndefined();
  expect(hot.has(digest(2))).toBe(true);
  slow.resolve(bytes(1, 60));
  await loading;
});

it("counts what is being sent until it has been sent", async () => {
  const hot = makeHotObjects({ objectBytesMax: 100, totalBytesMax: 100 });
  const { ask, loaded } = asker(hot, 60);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await ask(0, first.promise);
  await ask(0, second.promise);
  expect(ask(1), "a slow client has it").toBeUndefined();
  first.resolve();
  await first.promise;
  expect(ask(1), "another slow client has it").toBeUndefined();
  second.reject(new Error("went away"));
  await second.promise.catch(() => undefined);
  await Promise.resolve();
  expect(await ask(1)).toEqual(bytes(1, 60));
  expect(loaded).toEqual([0, 1]);
});

it("never holds more than its limit, whoever asks for what in which order", async () => {
  const step = fc.record({ nth: fc.nat(4), waits: fc.boolean(), turns: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const hot = makeHotObjects({ objectBytesMax: 50, totalBytesMax: 100 });
      const live = new Map<Uint8Array, number>();
      const held: { release(): void }[] = [];
      for (const { nth, waits, turns } of steps) {
        const done = Promise.withResolvers<void>();
        const answer = hot.get({
          digest: digest(nth),
          sizeBytes: 10 * (nth + 1),
          load: async () => bytes(nth, 10 * (nth + 1)),
          sent: () => done.promise,
        });
        const sending = Promise.resolve(answer).then((taken) => {
          if (taken === undefined) return;
          expect(taken).toEqual(bytes(nth, 10 * (nth + 1)));
          live.set(taken, (live.get(taken) ?? 0) + 1);
          held.push({
            release() {
              const uses = (live.get(taken) ?? 0) - 1;
              if (uses > 0) live.set(taken, uses);
              else live.delete(taken);
              done.resolve();
            },
          });
        });
        if (waits) await sending;
        for (let turn = 0; turn < turns; turn++) held.shift()?.release();
        const sent = [...live.keys()].reduce((sum, { length }) => sum + length, 0);
        expect(sent).toBeLessThanOrEqual(100);
      }
    }),
    { numRuns: 300 },
  );
});

it("keeps nothing of a load that failed", async () => {
  const hot = makeHotObjects({ objectBytesMax: 100, totalBytesMax: 100 });
  const fail = (): Promise<Uint8Array> => Promise.reject(new Error("unreadable"));
  await expect(hot.get({ digest: digest(0), sizeBytes: 80, load: fail })).rejects.toThrow("unreadable");
  expect(await asker(hot, 80).ask(0)).toEqual(bytes(0, 80));
});
