/** May this clock judge ages, and which time would the next record of a stream get? (decisions 17) */
import { CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import { COLLECTOR_AHEAD_MS_MAX, COLLECTOR_BEHIND_MS_MAX } from "./limits.ts";

export interface CollectorClock {
  readonly now_unix_ms: number;
  /** Somebody vouches for it. */
  readonly accepted: boolean;
}

/**
 * A stream may rest for years, so what says whether a clock is right is the one that a collection always writes to.
 * @param reference_unix_ms of the last record of `system`, or of the whole ledger while that is empty; undefined where
 *   there is no record
 * @throws PortError `clock_jump`
 */
export function checkCollectorClock(clock: CollectorClock, reference_unix_ms: number | undefined): void {
  if (clock.accepted || reference_unix_ms === undefined) return;
  const ahead_ms = clock.now_unix_ms - reference_unix_ms;
  if (ahead_ms <= COLLECTOR_AHEAD_MS_MAX && ahead_ms >= -COLLECTOR_BEHIND_MS_MAX) return;
  const distance = `${Math.abs(ahead_ms)} ms ${ahead_ms > 0 ? "ahead of" : "behind"}`;
  throw new PortError("clock_jump", "system", `The clock is ${distance} the last record, so no age was judged`, {
    remedy: "Look at the clock; where it is right, repeat the command with --accept-clock.",
  });
}

/** How the next record of a stream can be appended. */
export interface NextRecord {
  /** `refused`: the ledger would not take it, and nobody vouches. */
  readonly clock: "agrees" | "vouched" | "refused";
  /** The time that it would get; where it is refused, that of the last record: there the time stands still. */
  readonly at_unix_ms: number;
}

/** @param stream its last record, and whether a rollout is under way: its times are what that is judged by */
export function nextRecord(
  stream: { readonly next_seq: number; readonly at_unix_ms: number; readonly isOpen: boolean },
  { now_unix_ms, accepted }: CollectorClock,
): NextRecord {
  const { at_unix_ms, isOpen } = stream;
  if (stream.next_seq === 0) return { clock: "agrees", at_unix_ms: now_unix_ms };
  const ahead_ms = now_unix_ms - at_unix_ms;
  if (ahead_ms <= CLOCK_AHEAD_MS_MAX && ahead_ms >= -CLOCK_BEHIND_MS_MAX)
    return { clock: "agrees", at_unix_ms: Math.max(at_unix_ms, now_unix_ms) };
  if (isOpen || (ahead_ms < 0 && !accepted)) return { clock: "refused", at_unix_ms };
  return { clock: "vouched", at_unix_ms: Math.max(at_unix_ms, now_unix_ms) };
}
