/** How often somebody may try, whoever else does. */
import { expect, it } from "vitest";
import { makeRateLimit } from "./rate-limit.ts";

const LIMIT = { tries_max: 3, window_ms: 60_000, keys_max: 100 };

it("lets so many tries through and says how long the next one has to wait", () => {
  const limit = makeRateLimit(LIMIT);
  const take = (at: number) => limit.take("a", at);
  expect([take(0), take(1), take(20_000)]).toEqual([undefined, undefined, undefined]);
  expect([take(20_000), take(59_001), take(59_999)]).toEqual([40, 1, 1]);
  expect([take(60_000), take(60_000), take(60_000), take(60_000)]).toEqual([undefined, undefined, undefined, 60]);
});

it("counts each by itself", () => {
  const limit = makeRateLimit(LIMIT);
  for (let nth = 0; nth < 10; nth++) limit.take("a", nth);
  expect(limit.take("a", 11)).toBe(60);
  expect(limit.take("b", 11)).toBe(undefined);
});

it("lets nobody wait for a time that comes twice when the clock is put back", () => {
  const limit = makeRateLimit(LIMIT);
  for (let nth = 0; nth < 10; nth++) limit.take("a", 1_000_000);
  expect(limit.take("a", 1_000_000)).toBe(60);
  expect(limit.take("a", 5)).toBe(undefined);
});

it("counts those together who come when it remembers enough, and forgets when their time is over", () => {
  const limit = makeRateLimit({ ...LIMIT, keys_max: 2 });
  limit.take("a", 0);
  limit.take("b", 10);
  expect(["c", "d", "e", "f"].map((key) => limit.take(key, 20))).toEqual([undefined, undefined, undefined, 60]);
  expect([limit.take("a", 20), limit.take("a", 20), limit.take("a", 20)]).toEqual([undefined, undefined, 60]);
  expect([limit.take("c", 60_020), limit.take("f", 60_020)]).toEqual([undefined, undefined]);
});
