/** For how long each class keeps what nothing holds any more: data that may be lengthened, and never shortened. */
import { RETENTION_CLASSES, RETENTION_MS, type RetentionClass } from "./retention.ts";

/** What has a window: the classes, and the evidence of a decision whatever the class of its rollout. */
export type RetentionTerm = RetentionClass | "evidence";

/** In ms between records of one stream. */
export type RetentionWindows = { readonly [Term in RetentionTerm]: number | "for_ever" };

export const RETENTION_TERMS = [...RETENTION_CLASSES, "evidence"] as const satisfies readonly RetentionTerm[];

/** What holds where no record says more (decisions 8). */
export const RETENTION_WINDOWS_MS: RetentionWindows = { ...RETENTION_MS, evidence: RETENTION_MS.certified_release };

/** A hundred years: times stay far within 2^53 ms. */
export const RETENTION_WINDOW_MS_MAX = 100 * 366 * 24 * 60 * 60 * 1000;

/** Least time between the record that condemns an object and the one that collects it. */
export const COLLECTION_GRACE_MS_MIN = 24 * 60 * 60 * 1000;

export function isRetentionTerm(word: unknown): word is RetentionTerm {
  return RETENTION_TERMS.some((known) => known === word);
}

/** Why a window cannot become this long, or undefined where it can. */
export function refuseWindow(
  windows: RetentionWindows,
  term: RetentionTerm,
  window_ms: number,
): "retention_shorter" | "retention_too_long" | undefined {
  const present = windows[term];
  if (!(Number.isSafeInteger(window_ms) && window_ms <= RETENTION_WINDOW_MS_MAX)) return "retention_too_long";
  return present === "for_ever" || window_ms < present ? "retention_shorter" : undefined;
}

/** The windows after a record that lengthens one: the longer of both, whatever the record says. */
export function lengthenWindow(windows: RetentionWindows, term: RetentionTerm, window_ms: number): RetentionWindows {
  const present = windows[term];
  return present === "for_ever" || present >= window_ms ? windows : { ...windows, [term]: window_ms };
}
