/** When may prod change? Weekly openings in UTC, by integer arithmetic on unix time, which knows no leap seconds. */
import type { MaintenanceWindow } from "./plan.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const WEEK_MS = WEEK_MINUTES * MINUTE_MS;

/** 1970-01-01 was a Thursday: its Monday is three days before. */
const MONDAY_TO_EPOCH_MS = 3 * DAY_MINUTES * MINUTE_MS;

/**
 * @param windows none: always open
 * @param nowUnixMs an integer, not before 1970
 * @returns "open", or the unix ms at which the next window opens; it is after `nowUnixMs`, within a week
 */
export function nextOpening(windows: readonly MaintenanceWindow[], nowUnixMs: number): "open" | number {
  if (windows.length === 0) return "open";
  const sinceMonday = (nowUnixMs + MONDAY_TO_EPOCH_MS) % WEEK_MS;
  const openings = windows.flatMap(openingsOf);
  if (openings.some(({ start_ms, duration_ms }) => since(start_ms, sinceMonday) < duration_ms)) return "open";
  // Counted back from the end of a week, because what opens at this very moment is already open.
  return nowUnixMs + Math.min(...openings.map(({ start_ms }) => WEEK_MS - since(start_ms, sinceMonday)));
}

/** The longest time in a week during which nothing is open, in ms. */
export function longestClosure(windows: readonly MaintenanceWindow[]): number {
  const ends = windows.flatMap(openingsOf).map(({ start_ms, duration_ms }) => (start_ms + duration_ms) % WEEK_MS);
  return Math.max(0, ...ends.map((end) => closedFrom(windows, end)));
}

function closedFrom(windows: readonly MaintenanceWindow[], sinceMonday: number): number {
  const from = sinceMonday + WEEK_MS - MONDAY_TO_EPOCH_MS;
  const opening = nextOpening(windows, from);
  return opening === "open" ? 0 : opening - from;
}

interface Opening {
  /** After Monday 00:00 UTC. */
  readonly start_ms: number;
  readonly duration_ms: number;
}

function openingsOf({ weekdays, start_minute, duration_minutes }: MaintenanceWindow): Opening[] {
  return weekdays.map((weekday) => ({
    start_ms: ((weekday - 1) * DAY_MINUTES + start_minute) * MINUTE_MS,
    duration_ms: duration_minutes * MINUTE_MS,
  }));
}

/** Time since this moment of the week last came. */
function since(startMs: number, sinceMonday: number): number {
  return (sinceMonday - startMs + WEEK_MS) % WEEK_MS;
}
