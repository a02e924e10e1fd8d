/** What one cycle of the contract runner says. Printed as JSON; the first fields are those of S1's event line. */
import type {
  CaseResultOutcome,
  CycleCounts,
  CycleReasonCode,
  FixtureRefusal,
  HealthReport,
  Mismatch,
} from "@tau-edge/contract";
import { toHex } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";

/** A case that was not applied. */
export interface CycleFailure {
  readonly case_id: string;
  readonly case_key: string;
  readonly outcome: Exclude<CaseResultOutcome, "success">;
  readonly status_code: number;
  readonly error_code: string;
  readonly reason: string;
  /** What stood against the artifact, or what the backend said; empty where the reason says everything. */
  readonly detail_code: string;
  readonly detail: string;
  readonly attempts: number;
  /** Only of a mismatch: which field of the result was expected to be something else. */
  readonly mismatch?: Mismatch;
}

export interface CycleReport extends CycleCounts, Omit<HealthReport, "reason_codes"> {
  /** `would_record`: a dry run; nothing was written, and no backend was asked. */
  readonly outcome: "recorded" | "would_record";
  readonly timestamp_unix_ms: number;
  /** What happened in the cycle, in S1's words; what holds the gate is in `gate_reason`. */
  readonly reason_codes: readonly CycleReasonCode[];
  readonly failure_streak: number;
  readonly queue_depth: number;
  readonly cycle_duration_ms: number;
  readonly fixture: {
    /** Where it was read from, as the caller named it. */
    readonly file: string;
    /** As it calls itself. */
    readonly name: string;
    /** 64 hex digits. */
    readonly sha256: string;
    readonly size_bytes: number;
  };
  /** Absent in a dry run. */
  readonly record?: CycleRecordPlace;
  /** In the order in which they ended, at most CYCLE_FAILURES_MAX of them. */
  readonly failures: readonly CycleFailure[];
  /** How many more there are. */
  readonly failures_left_out: number;
}

export interface CycleRecordPlace {
  readonly stream: string;
  readonly seq: number;
  /** 64 hex digits. */
  readonly record_hash: string;
}

/** @param records what was appended: the cycle's or the import's first */
export function placeOf([stored]: readonly StoredRecord[]): CycleRecordPlace {
  if (stored === undefined) throw new TypeError("what was appended has a record");
  return { stream: stored.record.stream, seq: stored.record.seq, record_hash: toHex(stored.hash) };
}

/** Nothing of the cycle was written. */
export interface RefusedCycle {
  readonly outcome: "refused";
  /** As the caller named it. */
  readonly file: string;
  readonly refusal: FixtureRefusal;
}
