/**
 * The record `clock_accepted`: somebody looked at a clock that disagrees with the last record and vouches for it. It
 * stands behind the records that were appended with it.
 */
import type { Actor, RecordDraft } from "@tau-edge/ledger";
import { type AppendRequest, type AppendResult, type LedgerStore, PortError } from "@tau-edge/ports";

export const CLOCK_ACCEPTED = "clock_accepted";

/** What was accepted: this clock, after a record of that time. */
function draftClockAccepted(actor: Actor, now_unix_ms: number, previous_at_unix_ms: number): RecordDraft {
  return { type: CLOCK_ACCEPTED, actor, body: { now_unix_ms, previous_at_unix_ms } };
}

/**
 * Appends; where the clock is refused and somebody vouches for it, appends again and records that.
 * @param vouching undefined when nobody does
 */
export async function appendVouched(
  ledger: LedgerStore,
  request: AppendRequest,
  vouching: { readonly actor: Actor; readonly previous_at_unix_ms: number } | undefined,
): Promise<AppendResult> {
  try {
    return await ledger.append(request);
  } catch (error) {
    if (vouching === undefined || !(error instanceof PortError) || error.code !== "clock_jump") throw error;
    const accepted = draftClockAccepted(vouching.actor, request.now_unix_ms, vouching.previous_at_unix_ms);
    return ledger.append({ ...request, drafts: [...request.drafts, accepted], accept_clock_jump: true });
  }
}
