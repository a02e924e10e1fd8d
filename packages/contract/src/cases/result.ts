/** What a case came to in one cycle, as it is kept in the ledger's pages and in the case book. */
import type { CaseOutcome } from "./case.ts";
import type { Mismatch } from "./expected.ts";

/** A mismatch is no outcome in S1's words: nothing was applied, and the author must look. */
export type CaseResultOutcome = CaseOutcome | "contract_mismatch";

/** Texts are trimmed, `case_id` is as it was written. */
export interface CaseResult {
  readonly case_key: string;
  readonly case_id: string;
  readonly deploy_target: string;
  readonly runtime_profile: string;
  readonly blueprint_id: string;
  readonly environment: string;
  readonly region: string;
  readonly replicas: number;
  readonly outcome: CaseResultOutcome;
  readonly status_code: number;
  readonly error_code: string;
  readonly reason: string;
  readonly detail_code: string;
  readonly detail: string;
  readonly artifact: string;
  readonly artifact_sha256: string;
  readonly artifact_size_bytes: number;
  readonly artifact_manifest: string;
  readonly runtime_constraints: readonly string[];
  readonly rollout_strategy: string;
  /** From 1; the first try counts. */
  readonly attempts: number;
  readonly mismatch?: Mismatch;
}
