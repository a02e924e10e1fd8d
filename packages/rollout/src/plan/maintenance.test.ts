import { SeededChance } from "@tau-edge/adapter-memory";
import { describe, expect, it } from "vitest";
import { longestClosure, nextOpening } from "./maintenance.ts";
import type { MaintenanceWindow } from "./plan.ts";

const at = (text: string) => Date.parse(text);
const NIGHT = { weekdays: [1, 2, 3, 4, 5], start_minute: 23 * 60, duration_minutes: 120 };
const HOUR_MS = 3_600_000;

describe("a maintenance window", () => {
  it.each<[string, string, "open" | string]>([
    ["a minute before it opens", "2026-03-02T22:59:00Z", "2026-03-02T23:00:00Z"],
    ["at the moment it opens", "2026-03-02T23:00:00Z", "open"],
    ["after midnight", "2026-03-03T00:59:59.999Z", "open"],
    ["at the moment it closes", "2026-03-03T01:00:00Z", "2026-03-03T23:00:00Z"],
    ["on Saturday, an hour after Friday's began", "2026-03-07T00:30:00Z", "open"],
    ["at the weekend", "2026-03-07T01:00:00Z", "2026-03-09T23:00:00Z"],
    ["on the leap day", "2028-02-29T12:00:00Z", "2028-02-29T23:00:00Z"],
  ])("of weekday nights, %s", (_name, now, expected) => {
    expect(nextOpening([NIGHT], at(now))).toBe(expected === "open" ? "open" : at(expected));
  });

  it("that begins on Sunday reaches into Monday", () => {
    const sunday = [{ weekdays: [7], start_minute: 23 * 60 + 30, duration_minutes: 60 }];
    expect(nextOpening(sunday, at("2026-03-02T00:29:00Z"))).toBe("open");
    expect(nextOpening(sunday, at("2026-03-02T00:30:00Z"))).toBe(at("2026-03-08T23:30:00Z"));
  });

  it("that lasts a week never closes, and none at all is always open", () => {
    const week = [{ weekdays: [3], start_minute: 5, duration_minutes: 7 * 24 * 60 }];
    for (let hour = 0; hour < 24 * 8; hour++) expect(nextOpening(week, hour * HOUR_MS)).toBe("open");
    expect(nextOpening([], 0)).toBe("open");
    expect([longestClosure(week), longestClosure([])]).toEqual([0, 0]);
  });

  it("is closed longest over the weekend", () => {
    expect(longestClosure([NIGHT])).toBe(70 * HOUR_MS);
  });
});

/** The same question put to the calendar of the platform. */
function isOpen(windows: readonly MaintenanceWindow[], unixMs: number): boolean {
  return windows.some((window) =>
    [0, 1, 2, 3, 4, 5, 6, 7].some((daysBack) => {
      const day = new Date(unixMs - daysBack * 24 * HOUR_MS);
      const weekday = day.getUTCDay() === 0 ? 7 : day.getUTCDay();
      const start = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()) + window.start_minute * 60_000;
      const end = start + window.duration_minutes * 60_000;
      return window.weekdays.includes(weekday) && start <= unixMs && unixMs < end;
    }),
  );
}

describe("against the platform's calendar", () => {
  const chance = new SeededChance(7);
  const someWindow = (): MaintenanceWindow => ({
    weekdays: [1 + chance.below(7), 1 + chance.below(7)],
    start_minute: chance.below(1440),
    duration_minutes: 1 + chance.below(chance.pick([30, 1440, 10_080])),
  });

  it("1,000 random windows are open when it says so, and open next at the first moment that it names", () => {
    for (let round = 0; round < 1_000; round++) {
      const windows = Array.from({ length: 1 + chance.below(3) }, someWindow);
      const now = chance.below(2 ** 31) * 1_000 + chance.below(1_000);
      const opening = nextOpening(windows, now);
      const seen = `round ${round}: ${JSON.stringify(windows)} at ${now}`;
      expect(opening === "open", seen).toBe(isOpen(windows, now));
      if (opening === "open") continue;
      expect(isOpen(windows, opening), seen).toBe(true);
      expect(isOpen(windows, opening - 1), seen).toBe(false);
      const between = now + chance.below(Math.min(opening - now, 2 ** 32));
      expect(isOpen(windows, between), seen).toBe(false);
    }
  });
});
