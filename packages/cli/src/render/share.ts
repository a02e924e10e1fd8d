/** Shares for people, from the integers in which documents carry them. */

/** 100 basis points -> `1 %`. */
export function percentOfBp(bp: number): string {
  return `${trimmed(bp / 100, 2)} %`;
}

/** 1,250 parts per million -> `0.13 %`. */
export function percentOfPpm(ppm: number): string {
  if (ppm > 0 && ppm < 100) return "< 0.01 %";
  return `${trimmed(ppm / 10_000, 2)} %`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
