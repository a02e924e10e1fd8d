/** Moments that somebody typed. */

/** RFC 3339 section 5.6: a date without a time, or a time without a zone, means another moment to each reader. */
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/** @returns unix ms; undefined for what is no instant of 1970 or later */
export function readInstant(text: string): number | undefined {
  const unix_ms = RFC3339.test(text) && isDate(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  return unix_ms >= 0 ? unix_ms : undefined;
}

/** The engine takes the 31st of February for a day in March. */
function isDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}
