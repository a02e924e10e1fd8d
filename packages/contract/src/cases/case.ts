/** A case of a contract fixture as it was written: what to deploy where, and what must come of it. */
import type { DistinctJsonValue } from "@tau-edge/encoding";

/** What S1's deployment may come to; the words of `expected.outcome`. */
export const CASE_OUTCOMES = ["success", "malformed_input", "retryable_failure"] as const;
export type CaseOutcome = (typeof CASE_OUTCOMES)[number];

/** S1's codes of results that are no success. */
export const CASE_ERROR_CODES = [
  "deployment_invalid_blueprint",
  "deployment_unsupported_runtime",
  "deployment_missing_artifact",
  "deployment_backend_unavailable",
] as const;
export type CaseErrorCode = (typeof CASE_ERROR_CODES)[number];

export interface ExpectedResult {
  readonly outcome: CaseOutcome;
  /** 0 to 65,535. */
  readonly status_code: number;
  /** As written; compared trimmed. */
  readonly error_code: string;
  /** Numbers as they were written: `1.0` is not `1`. */
  readonly response_body: DistinctJsonValue;
}

/** All texts as written, neither trimmed nor lowercased; absent ones are empty. */
export interface ContractCase {
  /** 0 to 4,294,967,295. */
  readonly schema_version: number;
  readonly case_id: string;
  readonly deploy_target: string;
  readonly runtime_profile: string;
  readonly blueprint_id: string;
  readonly environment: string;
  readonly region: string;
  readonly container_image: string;
  readonly wasm_module: string;
  readonly wasm_manifest: string;
  /** 0 to 65,535. */
  readonly replicas: number;
  readonly simulate_retryable_failure: boolean;
  readonly expected: ExpectedResult;
}
