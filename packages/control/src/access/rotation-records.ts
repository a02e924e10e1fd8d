/**
 * The record `credentials_rotated` says what a rotation is to end; `rotation_settled`, that it was broken off and enforced
 * later, by a process that has no new credential to give: the owner keeps the one there is.
 */
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import { readFields } from "../record-fields.ts";

export const CREDENTIALS_ROTATED = "credentials_rotated";
export const ROTATION_SETTLED = "rotation_settled";

export interface RotationFacts {
  readonly epoch: number;
  /** Whether the owner's credential is replaced. */
  readonly owner: boolean;
  /** Whether the bootstrap key is replaced. */
  readonly bootstrap: boolean;
  readonly links: boolean;
  readonly tokens: boolean;
  readonly agents_since_unix_ms?: number;
}

export function draftRotated(facts: RotationFacts, actor: Actor): RecordDraft {
  return { type: CREDENTIALS_ROTATED, actor, body: { ...facts } };
}

/** @throws PortError `ledger_corrupt` */
export function readRotated(stored: StoredRecord): RotationFacts {
  const fields = readFields(stored);
  const agents_since_unix_ms = fields.optionalCount("agents_since_unix_ms");
  return {
    epoch: fields.count("epoch"),
    owner: fields.flag("owner"),
    bootstrap: fields.flag("bootstrap"),
    links: fields.flag("links"),
    tokens: fields.flag("tokens"),
    ...(agents_since_unix_ms !== undefined && { agents_since_unix_ms }),
  };
}

export function draftRotationSettled(epoch: number, actor: Actor): RecordDraft {
  return { type: ROTATION_SETTLED, actor, body: { epoch } };
}

/** @throws PortError `ledger_corrupt` */
export function readRotationSettled(stored: StoredRecord): { readonly epoch: number } {
  return { epoch: readFields(stored).count("epoch") };
}
