/** Appends to the stream of cycles. Whoever does it holds the book, so nobody else is in between. */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import type { Actor, Head, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import { type Clock, type LedgerStore, PortError, sealAppend } from "@tau-edge/ports";
import { appendVouched, vouchingFor } from "../clock-record.ts";
import { CYCLE_STREAM } from "../stream.ts";

export interface CycleAppend {
  readonly head: Head;
  readonly draft: RecordDraft;
  /** That the draft names. */
  readonly objects: readonly Digest[];
  readonly actor: Actor;
  readonly accept_clock?: boolean | undefined;
}

/**
 * Before anything is deployed: a clock that refuses the record afterwards would have every case tried again.
 * @throws PortError `clock_jump`
 */
export function checkClock(
  head: Head,
  { actor, accept_clock }: Pick<CycleAppend, "actor" | "accept_clock">,
  { clock, sha256 }: { readonly clock: Clock; readonly sha256: Sha256 },
): void {
  const now_unix_ms = clock.nowUnixMs();
  const accept_clock_jump = vouchingOf(head, now_unix_ms, actor, accept_clock) !== undefined;
  const nothing = { stream: CYCLE_STREAM, expected_seq: head.seq, drafts: [], objects: [] };
  sealAppend({ ...nothing, now_unix_ms, accept_clock_jump }, head, sha256);
}

function vouchingOf(head: Head, now_unix_ms: number, actor: Actor, accept_clock: boolean | undefined) {
  return head.seq < 0 ? undefined : vouchingFor(head.at_unix_ms, now_unix_ms, actor, accept_clock);
}

/** @returns the records: the draft's, and that a clock was accepted where it was */
export async function appendToCycles(
  { head, draft, objects, actor, accept_clock }: CycleAppend,
  { ledger, clock }: { readonly ledger: LedgerStore; readonly clock: Clock },
): Promise<readonly StoredRecord[]> {
  const now_unix_ms = clock.nowUnixMs();
  const vouching = vouchingOf(head, now_unix_ms, actor, accept_clock);
  const request = { stream: CYCLE_STREAM, expected_seq: head.seq, drafts: [draft], objects, now_unix_ms };
  const result = await appendVouched(ledger, request, vouching);
  if (result.outcome === "appended") return result.records;
  throw new PortError("store_unavailable", CYCLE_STREAM, "Somebody appended who does not hold the case book", {
    remedy: "Run one version of this program on this state directory, then repeat the command.",
  });
}
