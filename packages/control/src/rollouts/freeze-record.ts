/**
 * The records `blueprint_frozen` and `blueprint_released`: nobody is to run this blueprint for now, and they may again.
 * They say nothing about any rollout, so the decider passes them over.
 */
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import { readFields } from "../record-fields.ts";

export const BLUEPRINT_FROZEN = "blueprint_frozen";
export const BLUEPRINT_RELEASED = "blueprint_released";

export interface Frozen {
  readonly reason: string;
  readonly since_unix_ms: number;
}

export function draftFrozen(reason: string, actor: Actor): RecordDraft {
  return { type: BLUEPRINT_FROZEN, actor, body: { reason } };
}

export function draftReleased(reason: string, actor: Actor): RecordDraft {
  return { type: BLUEPRINT_RELEASED, actor, body: { reason } };
}

/** @throws PortError `ledger_corrupt` */
export function readFrozen(stored: StoredRecord): Frozen {
  return { reason: readFields(stored).text("reason"), since_unix_ms: stored.record.at_unix_ms };
}
