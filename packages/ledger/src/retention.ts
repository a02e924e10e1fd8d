/**
 * How long what a rollout leaves behind is kept. The class stands in its records from the first day, because a
 * collection can only honour what was written down (S3 II.H).
 */
const DAY_MS = 24 * 60 * 60 * 1000;

/** Least time from the end of the rollout, in ms between records; `for_ever` is never collected. */
export const RETENTION_MS = {
  golden: "for_ever",
  /** Decisions 8: a year, and a month to notice that somebody asks. */
  certified_release: 400 * DAY_MS,
  experimental: 30 * DAY_MS,
  ephemeral: DAY_MS,
} as const;

export type RetentionClass = keyof typeof RETENTION_MS;

/** From the longest to the shortest. */
export const RETENTION_CLASSES = [
  "golden",
  "certified_release",
  "experimental",
  "ephemeral",
] as const satisfies readonly RetentionClass[];

export function isRetentionClass(word: unknown): word is RetentionClass {
  return RETENTION_CLASSES.some((known) => known === word);
}
