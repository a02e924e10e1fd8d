/** Says in the ledger what is about to be done. Nothing privileged has an effect before this returns. */
import { type RecordDraft, SYSTEM_STREAM } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import { appendVouched, vouchingFor } from "../clock-record.ts";
import { APPEND_ATTEMPTS_MAX } from "../limits.ts";
import type { Act } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import type { SystemFacts } from "./system-facts.ts";

/**
 * Decides anew whenever somebody else was first.
 * @param decide undefined when there is nothing to say any more
 * @returns whether a record was appended
 * @throws PortError `clock_jump`, `store_unavailable`, and what the ledger throws
 */
export async function appendAct(
  act: Act,
  decide: (known: SystemFacts) => RecordDraft | undefined,
  { ports, system }: AccessContext,
): Promise<boolean> {
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const known = await system.refresh();
    const draft = decide(known);
    if (draft === undefined) return false;
    const now_unix_ms = ports.clock.nowUnixMs();
    const before = known.last?.record;
    const result = await appendVouched(
      ports.ledger,
      { stream: SYSTEM_STREAM, expected_seq: before?.seq ?? -1, drafts: [draft], objects: [], now_unix_ms },
      before && vouchingFor(before.at_unix_ms, now_unix_ms, act.actor, act.accept_clock),
    );
    if (result.outcome === "appended") return true;
  }
  throw new PortError("store_unavailable", SYSTEM_STREAM, "Other writers were first every time", {
    remedy: "Do fewer privileged things at once.",
  });
}
