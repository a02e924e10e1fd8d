import { expect, it } from "vitest";
import { equalBytes } from "./equal-bytes.ts";

it("bytes are equal when each of them is, whatever carries them", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(equalBytes(bytes, Buffer.from([0, 1, 2, 3]).subarray(1))).toBe(true);
  expect(equalBytes(new Uint8Array(), new Uint8Array())).toBe(true);
  for (const other of [
    [1, 2],
    [1, 2, 3, 4],
    [1, 2, 4],
    [0, 2, 3],
  ])
    expect(equalBytes(bytes, Uint8Array.from(other))).toBe(false);
});
