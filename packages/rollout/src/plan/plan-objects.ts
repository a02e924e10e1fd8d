/** The objects that a rollout names its plan and its policy by. */
import type { Sha256 } from "@tau-edge/encoding";
import { type CommitObject, makeCommitObject, readCommitObject } from "@tau-edge/ledger";
import type { Plan, Policy } from "./plan.ts";
import { planFromCbor, planToCbor, policyToCbor } from "./plan-cbor.ts";

const PLAN_TAG = "deployment_plan_v1";
const POLICY_TAG = "policy_bundle_v1";

/** Its digest is `plan_hash`. */
export function planObject(plan: Plan, sha256: Sha256): CommitObject {
  return makeCommitObject(PLAN_TAG, planToCbor(plan), sha256);
}

/** Its digest is `deployment_policy_bundle_hash`: all that a verdict depends on, and nothing that names a release. */
export function policyObject(policy: Policy, sha256: Sha256): CommitObject {
  return makeCommitObject(POLICY_TAG, policyToCbor(policy), sha256);
}

/** @throws LedgerError `object_encoding`, `object_tag`, `field_malformed` */
export function readPlanObject(bytes: Uint8Array): Plan {
  return planFromCbor(readCommitObject(PLAN_TAG, bytes), PLAN_TAG);
}
