/** Times for people: UTC always, because an incident has readers in several places. */

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** The two largest units: `1 d 4 h`, `5 min`, `350 ms`. @param ms an integer, not negative */
export function duration(ms: number): string {
  const at = UNITS.findIndex(([, length]) => ms >= length);
  if (at === -1) return `${ms} ms`;
  let rest = ms;
  const parts = UNITS.slice(at, at + 2).flatMap(([name, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return parts.join(" ");
}

/** `2026-11-21T14:05:56Z`. A number that no calendar holds is shown as it is. */
export function instant(unixMs: number): string {
  const date = new Date(unixMs);
  return Number.isNaN(date.getTime()) ? String(unixMs) : date.toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** With how far it is from now: `2026-11-21T14:05:56Z (in 5 min)`. */
export function instantFromNow(unixMs: number, nowUnixMs: number): string {
  const away = unixMs - nowUnixMs;
  if (Math.abs(away) < 1_000) return `${instant(unixMs)} (now)`;
  return `${instant(unixMs)} (${away >= 0 ? `in ${duration(away)}` : `${duration(-away)} ago`})`;
}
