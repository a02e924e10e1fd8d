import { expect, it } from "vitest";
import {
  COLLECTION_GRACE_MS_MIN,
  isRetentionTerm,
  lengthenWindow,
  RETENTION_TERMS,
  RETENTION_WINDOW_MS_MAX,
  RETENTION_WINDOWS_MS,
  refuseWindow,
} from "./retention-windows.ts";

const DAY_MS = 86_400_000;

it("windows begin with what decisions 8 says", () => {
  const days = RETENTION_TERMS.map((term) => {
    const window = RETENTION_WINDOWS_MS[term];
    return window === "for_ever" ? window : window / DAY_MS;
  });
  expect(days).toEqual(["for_ever", 400, 30, 1, 400]);
  expect(COLLECTION_GRACE_MS_MIN).toBe(DAY_MS);
  expect(RETENTION_TERMS.every(isRetentionTerm) && !isRetentionTerm("toString")).toBe(true);
});

it("a window is lengthened and never shortened", () => {
  const longer = lengthenWindow(RETENTION_WINDOWS_MS, "experimental", 60 * DAY_MS);
  expect(longer).toEqual({ ...RETENTION_WINDOWS_MS, experimental: 60 * DAY_MS });
  expect(lengthenWindow(longer, "experimental", DAY_MS)).toEqual(longer);
  expect(lengthenWindow(longer, "golden", DAY_MS)).toEqual(longer);
});

it("says why a window cannot become this long", () => {
  const refused = (term: "golden" | "experimental", window_ms: number) =>
    refuseWindow(RETENTION_WINDOWS_MS, term, window_ms);
  expect(refused("experimental", 30 * DAY_MS)).toBeUndefined();
  expect(refused("experimental", 30 * DAY_MS - 1)).toBe("retention_shorter");
  expect(refused("experimental", RETENTION_WINDOW_MS_MAX)).toBeUndefined();
  expect(refused("experimental", RETENTION_WINDOW_MS_MAX + 1)).toBe("retention_too_long");
  expect(refused("experimental", 30.5 * DAY_MS + 0.5)).toBe("retention_too_long");
  expect(refused("experimental", Number.NaN)).toBe("retention_too_long");
  expect(refused("golden", RETENTION_WINDOW_MS_MAX)).toBe("retention_shorter");
});
