/**
 * The record `clock_accepted`: somebody looked at a clock that disagrees with the last record and vouches for it. It
 * stands behind the records that were appended with it.
 */
import type { Actor, RecordDraft } from "@tau-edge/ledger";
import { type AppendRequest, type AppendResult, type LedgerStore, PortError } from "@tau-edge/ports";
import { REST_MS_MAX } from "./limits.ts";

export const CLOCK_ACCEPTED = "clock_accepted";

/** What was accepted: this clock, after a record of that time. */
export function draftClockAccepted(actor: Actor, now_unix_ms: number, previous_at_unix_ms: number): RecordDraft {
  return { type: CLOCK_ACCEPTED, actor, body: { now_unix_ms, previous_at_unix_ms } };
}

export interface Vouching {
  readonly actor: Actor;
  readonly previous_at_unix_ms: number;
}

/**
 * For who computes nothing from the time between two records: packaging, and cycles. A stream that rested for a week is
 * no reason to doubt the clock: a clock that is ahead is taken, and the record says so. One that is behind needs
 * somebody's word.
 */
export function vouchingFor(
  previous_at_unix_ms: number,
  now_unix_ms: number,
  actor: Actor,
  accept_clock = false,
): Vouching | undefined {
  const ahead_ms = now_unix_ms - previous_at_unix_ms;
  const rested = ahead_ms > 0 && ahead_ms <= REST_MS_MAX;
  return rested || accept_clock ? { actor, previous_at_unix_ms } : undefined;
}

/**
 * Appends; where the clock is refused and somebody vouches for it, appends again and records that.
 * @param vouching undefined when nobody does
 */
export async function appendVouched(
  ledger: Pick<LedgerStore, "append">,
  request: AppendRequest,
  vouching: Vouching | undefined,
): Promise<AppendResult> {
  try {
    return await ledger.append(request);
  } catch (error) {
    if (vouching === undefined || !(error instanceof PortError) || error.code !== "clock_jump") throw error;
    const accepted = draftClockAccepted(vouching.actor, request.now_unix_ms, vouching.previous_at_unix_ms);
    return ledger.append({ ...request, drafts: [...request.drafts, accepted], accept_clock_jump: true });
  }
}
