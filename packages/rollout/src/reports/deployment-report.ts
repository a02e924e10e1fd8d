/** How a run ended: the object `CBOR(["deployment_report_v1", …])`, S3's `deployment_report`. */
import { type CborValue, type Digest, digestBytes, type Sha256 } from "@tau-edge/encoding";
import { type CommitObject, Fields, makeCommitObject, readCommitObject } from "@tau-edge/ledger";
import { ENVIRONMENTS, type Environment } from "../plan/environment.ts";
import { FINAL_STATUSES, type FinalStatus, RUN_KINDS, type RunKind } from "../trace/trace-body.ts";

const TAG = "deployment_report_v1";

export interface ReportedJudgement {
  readonly stage: number;
  readonly window: number;
  readonly result: "pass" | "fail" | "hold";
  readonly gate_report: Digest;
}

export interface DeploymentReport {
  readonly v: 1;
  readonly rollout_id: string;
  readonly attempt: number;
  readonly kind: RunKind;
  readonly environment: Environment;
  readonly status: FinalStatus;
  readonly release: Digest;
  readonly manifest: Digest;
  readonly baseline?: Digest;
  readonly plan_hash: Digest;
  /** Two reports compare only where these two are equal. */
  readonly policy_bundle_hash: Digest;
  readonly environment_profile_hash: Digest;
  readonly started_unix_ms: number;
  readonly ended_unix_ms: number;
  /** From the record that stopped the release to the proof of health; only after a rollback. */
  readonly recovery_ms?: number;
  /** Somebody skipped stages; see the trace. */
  readonly overridden: boolean;
  readonly failure_code?: string;
  /** In the order in which they were made. */
  readonly judgements: readonly ReportedJudgement[];
}

export function deploymentReportObject(report: DeploymentReport, sha256: Sha256): CommitObject {
  const { release, manifest, baseline, plan_hash, policy_bundle_hash, environment_profile_hash, judgements, ...rest } =
    report;
  const data: CborValue = {
    ...rest,
    release: digestBytes(release),
    manifest: digestBytes(manifest),
    ...(baseline === undefined ? {} : { baseline: digestBytes(baseline) }),
    plan_hash: digestBytes(plan_hash),
    policy_bundle_hash: digestBytes(policy_bundle_hash),
    environment_profile_hash: digestBytes(environment_profile_hash),
    judgements: judgements.map((judgement) => ({ ...judgement, gate_report: digestBytes(judgement.gate_report) })),
  };
  return makeCommitObject(TAG, data, sha256);
}

/** @throws LedgerError `object_*`, `field_malformed` */
export function readDeploymentReport(bytes: Uint8Array): DeploymentReport {
  const fields = new Fields(readCommitObject(TAG, bytes), TAG);
  const v = fields.version(1);
  const baseline = fields.optional("baseline", (key) => fields.digest(key));
  const recovery_ms = fields.optional("recovery_ms", (key) => fields.integer(key));
  const failure_code = fields.optional("failure_code", (key) => fields.text(key));
  const report: DeploymentReport = {
    v,
    rollout_id: fields.text("rollout_id"),
    attempt: fields.integer("attempt", 1),
    kind: fields.word("kind", RUN_KINDS),
    environment: fields.word("environment", ENVIRONMENTS),
    status: fields.word("status", FINAL_STATUSES),
    release: fields.digest("release"),
    manifest: fields.digest("manifest"),
    ...(baseline === undefined ? {} : { baseline }),
    plan_hash: fields.digest("plan_hash"),
    policy_bundle_hash: fields.digest("policy_bundle_hash"),
    environment_profile_hash: fields.digest("environment_profile_hash"),
    started_unix_ms: fields.integer("started_unix_ms"),
    ended_unix_ms: fields.integer("ended_unix_ms"),
    ...(recovery_ms === undefined ? {} : { recovery_ms }),
    overridden: fields.flag("overridden"),
    ...(failure_code === undefined ? {} : { failure_code }),
    judgements: fields.list("judgements", readJudgement),
  };
  fields.end();
  return report;
}

function readJudgement(value: CborValue, at: string): ReportedJudgement {
  const fields = new Fields(value, at);
  const judgement = {
    stage: fields.integer("stage"),
    window: fields.integer("window"),
    result: fields.word("result", ["pass", "fail", "hold"]),
    gate_report: fields.digest("gate_report"),
  };
  fields.end();
  return judgement;
}
