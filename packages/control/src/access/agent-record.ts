/** The record `agent_revoked`: this DID never comes in again, whatever happens to the directory. */
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import { readFields } from "../record-fields.ts";

export const AGENT_REVOKED = "agent_revoked";

export function draftAgentRevoked(did: string, actor: Actor): RecordDraft {
  return { type: AGENT_REVOKED, actor, body: { did } };
}

/** @throws PortError `ledger_corrupt` */
export function readAgentRevoked(stored: StoredRecord): { readonly did: string } {
  return { did: readFields(stored).text("did") };
}
