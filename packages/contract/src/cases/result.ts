/** What a case came to in one cycle, as it is kept in the ledger's pages and in the case book. */
import { CASE_OUTCOMES, type ContractCase } from "./case.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Mismatch } from "./expected.ts";
import { normalCase } from "./normal-case.ts";

/** A mismatch is no outcome in S1's words: nothing was applied, and the author must look. */
export const CASE_RESULT_OUTCOMES = [...CASE_OUTCOMES, "contract_mismatch"] as const;
export type CaseResultOutcome = (typeof CASE_RESULT_OUTCOMES)[number];

/** Texts are in normal form, `case_id` is as it was written. */
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

export interface EndedCase {
  readonly case: ContractCase;
  readonly case_key: string;
  readonly evaluation: Evaluation;
  readonly attempts: number;
  readonly mismatch?: Mismatch | undefined;
}

export function caseResult({ case: given, case_key, evaluation, attempts, mismatch }: EndedCase): CaseResult {
  const normal = normalCase(given);
  return {
    case_key,
    case_id: given.case_id,
    deploy_target: normal.target,
    runtime_profile: normal.runtime,
    blueprint_id: normal.blueprint,
    environment: normal.environment,
    region: normal.region,
    replicas: given.replicas,
    outcome: mismatch === undefined ? evaluation.outcome : "contract_mismatch",
    status_code: evaluation.status_code,
    error_code: evaluation.error_code,
    reason: evaluation.reason,
    detail_code: evaluation.detail_code,
    detail: evaluation.detail,
    ...evaluation.artifact,
    rollout_strategy: evaluation.rollout_strategy,
    attempts,
    ...(mismatch === undefined ? {} : { mismatch }),
  };
}
