/** One record more of a stream, and what it says about rollouts. */
import { LedgerError, type StoredRecord } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import { evolve, RolloutError, readTrace, type StreamState, type TraceBody } from "@tau-edge/rollout";

export interface FoldedRecord {
  readonly state: StreamState;
  /** Absent for a record that belongs to no rollout. */
  readonly body?: TraceBody;
}

/** @throws PortError `ledger_corrupt`: the record chains, and yet cannot follow what came before it */
export function foldRecord(state: StreamState, stored: StoredRecord): FoldedRecord {
  try {
    const body = readTrace(stored);
    return { state: evolve(state, stored), ...(body === undefined ? {} : { body }) };
  } catch (error) {
    if (!(error instanceof RolloutError) && !(error instanceof LedgerError)) throw error;
    const { stream, seq } = stored.record;
    throw new PortError("ledger_corrupt", `${stream}#${seq}`, error.message, {
      cause: error,
      remedy: "The ledger is kept. See `tau-edge doctor`, and restore it from a backup.",
    });
  }
}
