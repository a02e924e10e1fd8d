import { expect, it } from "vitest";
import { retryDelayMs } from "./retry-delay.ts";

it.each([
  [1, 0, 0],
  [30, 0, 0],
  [1, 100, 100],
  [2, 100, 200],
  [3, 100, 400],
  [10, 100, 51_200],
  [11, 100, 102_400],
  [12, 100, 102_400],
  [1_000_000, 100, 102_400],
  [1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  [2, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  [11, 2 ** 52, Number.MAX_SAFE_INTEGER],
])("after attempt %i with a base of %i ms: %i ms", (attempt, base, delay) => {
  expect(retryDelayMs(attempt, base)).toBe(delay);
});
