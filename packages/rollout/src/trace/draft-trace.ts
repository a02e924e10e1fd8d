/** Trace bodies as the drafts of records. Hashes are 32 bytes, absent fields are omitted. */
import { type CborValue, type Digest, digestBytes } from "@tau-edge/encoding";
import type { Actor, RecordDraft } from "@tau-edge/ledger";
import { planToCbor } from "../plan/plan-cbor.ts";
import type { ReleaseRef } from "../release.ts";
import type {
  Finalize,
  Iter,
  Prepare,
  Revalidated,
  Rollback,
  RunEnd,
  RunHeader,
  TraceBody,
  TracePosition,
} from "./trace-body.ts";

type Body = { readonly [key: string]: CborValue };

export function draftTrace(body: TraceBody, actor: Actor): RecordDraft {
  return { type: body.type, actor, body: bodyOf(body) };
}

function bodyOf(body: TraceBody): Body {
  switch (body.type) {
    case "run_header":
      return headerBody(body);
    case "iter":
      return { ...position(body), stage: body.stage, action: body.action, ...stepBody(body) };
    case "rollback":
      return rollbackBody(body);
    case "prepare":
      return commitBody(body);
    case "finalize":
      return finalizeBody(body);
    case "run_end":
      return endBody(body);
    case "revalidated":
      return revalidatedBody(body);
  }
}

function position({ rollout_id, attempt, t, replay_token }: TracePosition): Body {
  return { rollout_id, attempt, t, replay_token: digestBytes(replay_token) };
}

function headerBody(header: RunHeader): Body {
  const { policy_ids } = header;
  return {
    ...position(header),
    kind: header.kind,
    environment: header.environment,
    plan: planToCbor(header.plan),
    plan_hash: digestBytes(header.plan_hash),
    target: releaseToCbor(header.target),
    ...(header.baseline === undefined ? {} : { baseline: releaseToCbor(header.baseline) }),
    environment_profile_hash: digestBytes(header.environment_profile_hash),
    deployment_policy_bundle_hash: digestBytes(header.deployment_policy_bundle_hash),
    operator_contracts_root_hash: digestBytes(header.operator_contracts_root_hash),
    preflight_report_hash: digestBytes(header.preflight_report_hash),
    preflight_passed: header.preflight_passed,
    policy_ids: { ...policy_ids },
    ...optionalHash("promoted_from", header.promoted_from),
  };
}

/** What an action says beside its name. */
function stepBody(step: Iter): Body {
  switch (step.action) {
    case "entered":
      return { weight_bp: step.weight_bp, preflight_report_hash: digestBytes(step.preflight_report_hash) };
    case "frozen":
      return {
        window: step.window,
        metrics_snapshot_hash: digestBytes(step.metrics_snapshot_hash),
        ...optionalHash("baseline_snapshot_hash", step.baseline_snapshot_hash),
      };
    case "judged":
      return {
        window: step.window,
        gate_result: step.gate_result,
        ...(step.code === undefined ? {} : { code: step.code }),
        gate_report_hash: digestBytes(step.gate_report_hash),
      };
    case "held":
      return { code: step.code, preflight_report_hash: digestBytes(step.preflight_report_hash) };
    case "paused":
    case "aborted":
      return { reason: step.reason };
    case "resumed":
      return {};
    case "approved":
      return { role: step.role };
    case "promoted":
      return { ended: step.ended };
    case "override_requested":
      return {
        role: step.role,
        reason: step.reason,
        preflight_report_hash: digestBytes(step.preflight_report_hash),
      };
    case "overridden":
      return {
        role: step.role,
        reason: step.reason,
        weight_bp: step.weight_bp,
        preflight_report_hash: digestBytes(step.preflight_report_hash),
      };
    case "rollback_checked":
      return {
        gate_result: step.gate_result,
        ...(step.failed_check === undefined ? {} : { failed_check: step.failed_check }),
      };
  }
}

function rollbackBody(rollback: Rollback): Body {
  return {
    ...position(rollback),
    stage: rollback.stage,
    trigger: rollback.trigger,
    code: rollback.code,
    reason: rollback.reason,
    ...optionalHash("preflight_report_hash", rollback.preflight_report_hash),
    ...(rollback.to === undefined ? {} : { to: releaseToCbor(rollback.to) }),
    gate_report_hash: digestBytes(rollback.gate_report_hash),
  };
}

function commitBody(body: Omit<Prepare, "type">): Body {
  return {
    ...position(body),
    preflight_report_hash: digestBytes(body.preflight_report_hash),
    checkpoint_hash: digestBytes(body.checkpoint_hash),
    trace_tail_hash: digestBytes(body.trace_tail_hash),
    lineage_root_hash: digestBytes(body.lineage_root_hash),
  };
}

function finalizeBody(body: Finalize): Body {
  return {
    ...commitBody(body),
    release_hash: digestBytes(body.release),
    ...optionalHash("execution_certificate_hash", body.execution_certificate_hash),
  };
}

function endBody(end: RunEnd): Body {
  return {
    ...position(end),
    final_status: end.final_status,
    release_hash: digestBytes(end.release_hash),
    gate_report_hash: digestBytes(end.gate_report_hash),
    ...optionalHash("rollback_report_hash", end.rollback_report_hash),
    deployment_report_hash: digestBytes(end.deployment_report_hash),
    ...(end.failure === undefined ? {} : { failure: { ...end.failure, replay_token: digestBytes(end.replay_token) } }),
  };
}

function revalidatedBody(body: Revalidated): Body {
  return {
    validation: body.validation,
    manifest: digestBytes(body.manifest),
    passed: body.passed,
    report_hash: digestBytes(body.report_hash),
  };
}

export function releaseToCbor({ release, manifest, artifact }: ReleaseRef): Body {
  return { release: digestBytes(release), manifest: digestBytes(manifest), artifact: digestBytes(artifact) };
}

function optionalHash(key: string, digest: Digest | undefined): Body {
  return digest === undefined ? {} : { [key]: digestBytes(digest) };
}
