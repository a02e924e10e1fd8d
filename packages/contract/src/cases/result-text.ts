/** Results as `state.json` shows them: JSON text, indented for its place in `rollouts` or `failed_cases`. */
import type { CaseResult } from "./result.ts";

/** S1's rollout record, key for key and in its order. @param updatedUnixMs when the cycle ended */
export function rolloutText(result: CaseResult, updatedUnixMs: number): string {
  return indented({
    case_key: result.case_key,
    case_id: result.case_id,
    deploy_target: result.deploy_target,
    runtime_profile: result.runtime_profile,
    blueprint_id: result.blueprint_id,
    environment: result.environment,
    region: result.region,
    artifact: result.artifact,
    artifact_sha256: result.artifact_sha256,
    artifact_size_bytes: result.artifact_size_bytes,
    artifact_manifest: result.artifact_manifest,
    runtime_constraints: result.runtime_constraints,
    replicas: result.replicas,
    rollout_strategy: result.rollout_strategy,
    status_code: result.status_code,
    outcome: result.outcome,
    error_code: result.error_code,
    updated_unix_ms: updatedUnixMs,
  });
}

/** What S1 keeps nowhere: what went wrong with a case last. @param updatedUnixMs when the cycle ended */
export function failedCaseText(result: CaseResult, updatedUnixMs: number): string {
  return indented({
    case_key: result.case_key,
    case_id: result.case_id,
    deploy_target: result.deploy_target,
    runtime_profile: result.runtime_profile,
    blueprint_id: result.blueprint_id,
    environment: result.environment,
    region: result.region,
    artifact: result.artifact,
    artifact_manifest: result.artifact_manifest,
    replicas: result.replicas,
    status_code: result.status_code,
    outcome: result.outcome,
    error_code: result.error_code,
    reason: result.reason,
    detail_code: result.detail_code,
    detail: result.detail,
    attempts: result.attempts,
    ...(result.mismatch === undefined ? {} : { mismatch: result.mismatch }),
    updated_unix_ms: updatedUnixMs,
  });
}

/** The elements of the array stand four spaces in. A line break inside a text is written `\n`, so only layout is moved. */
function indented(record: object): string {
  return JSON.stringify(record, undefined, 2).replaceAll("\n", "\n    ");
}
