/** Which objects does a record of a rollout name? All of them are evidence, and replaying reads some of them. */
import type { Digest } from "@tau-edge/encoding";
import type { Iter, TraceBody } from "../trace/trace-body.ts";

export interface NamedObject {
  /** Of the record's body. */
  readonly field: string;
  readonly digest: Digest;
}

export function namedObjects(body: TraceBody): readonly NamedObject[] {
  return fieldsOf(body).flatMap(([field, digest]) => (digest === undefined ? [] : [{ field, digest }]));
}

function fieldsOf(body: TraceBody): readonly (readonly [field: string, digest: Digest | undefined])[] {
  switch (body.type) {
    case "run_header":
      return [
        ["plan_hash", body.plan_hash],
        ["environment_profile_hash", body.environment_profile_hash],
        ["deployment_policy_bundle_hash", body.deployment_policy_bundle_hash],
        ["preflight_report_hash", body.preflight_report_hash],
        ["promoted_from", body.promoted_from],
      ];
    case "iter":
      return stepFields(body);
    case "rollback":
      return [
        ["preflight_report_hash", body.preflight_report_hash],
        ["gate_report_hash", body.gate_report_hash],
      ];
    case "prepare":
      return [
        ["preflight_report_hash", body.preflight_report_hash],
        ["checkpoint_hash", body.checkpoint_hash],
      ];
    case "finalize":
      return [["execution_certificate_hash", body.execution_certificate_hash]];
    case "run_end":
      return [
        ["gate_report_hash", body.gate_report_hash],
        ["rollback_report_hash", body.rollback_report_hash],
        ["deployment_report_hash", body.deployment_report_hash],
      ];
    case "revalidated":
      return [["report_hash", body.report_hash]];
  }
}

function stepFields(step: Iter): readonly (readonly [string, Digest | undefined])[] {
  switch (step.action) {
    case "entered":
    case "held":
    case "override_requested":
    case "overridden":
      return [["preflight_report_hash", step.preflight_report_hash]];
    case "frozen":
      return [
        ["metrics_snapshot_hash", step.metrics_snapshot_hash],
        ["baseline_snapshot_hash", step.baseline_snapshot_hash],
      ];
    case "judged":
      return [["gate_report_hash", step.gate_report_hash]];
    default:
      return [];
  }
}
