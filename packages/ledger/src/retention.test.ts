import { expect, it } from "vitest";
import { isRetentionClass, RETENTION_CLASSES, RETENTION_MS } from "./retention.ts";

it("every class says how long, from the longest to the shortest", () => {
  const days = RETENTION_CLASSES.map((name) => {
    const keep = RETENTION_MS[name];
    return keep === "for_ever" ? Number.POSITIVE_INFINITY : keep / 86_400_000;
  });
  expect(days).toEqual([Number.POSITIVE_INFINITY, 400, 30, 1]);
  expect(Object.keys(RETENTION_MS)).toEqual(RETENTION_CLASSES);
});

it("knows its own words only", () => {
  for (const word of RETENTION_CLASSES) expect(isRetentionClass(word)).toBe(true);
  for (const word of ["", "Golden", "toString", undefined, 0]) expect(isRetentionClass(word)).toBe(false);
});
