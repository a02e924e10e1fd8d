/** What whoever runs a rollout still knows after a record: everything, or only what was written down. */
import type { Sha256 } from "@tau-edge/encoding";
import { emptyHead, headOf, type StoredRecord, verifyRecord } from "@tau-edge/ledger";
import { checkpointObject, emptyState, evolve, restoreCheckpoint, type StreamState } from "@tau-edge/rollout";

/** `checkpoint`, `records`: it dies after every record, and begins again from those bytes alone. */
export const MEMORIES = ["kept", "checkpoint", "records"] as const;
export type Memory = (typeof MEMORIES)[number];

/**
 * @param state before the last record
 * @returns the state after it
 */
export function recall(
  memory: Memory,
  state: StreamState,
  records: readonly StoredRecord[],
  sha256: Sha256,
): StreamState {
  if (memory === "records") return foldBytes(state.stream, records, sha256);
  const last = records.at(-1);
  if (last === undefined) return state;
  const next = evolve(state, last);
  return memory === "kept" ? next : restoreCheckpoint(checkpointObject(next, sha256).bytes);
}

function foldBytes(stream: string, records: readonly StoredRecord[], sha256: Sha256): StreamState {
  let [state, head] = [emptyState(stream), emptyHead(stream, sha256)];
  for (const { bytes } of records) {
    const stored = verifyRecord(head, bytes, stream, sha256);
    state = evolve(state, stored);
    head = headOf(stored);
  }
  return state;
}
