/** What a rollback did and how health was proven after it: `CBOR(["rollback_report_v1", …])`, S3's `rollback_report`. */
import { type CborValue, type Digest, digestBytes, type Sha256 } from "@tau-edge/encoding";
import { type CommitObject, Fields, makeCommitObject, readCommitObject } from "@tau-edge/ledger";
import { ROLLBACK_TRIGGERS, type RollbackTrigger } from "../trace/trace-body.ts";

const TAG = "rollback_report_v1";

/** One look at the state after a rollback, such as `stable_resolves`. */
export interface HealthCheck {
  readonly check: string;
  readonly passed: boolean;
}

export interface RollbackReport {
  readonly v: 1;
  readonly rollout_id: string;
  readonly attempt: number;
  readonly trigger: RollbackTrigger;
  readonly code: string;
  readonly reason: string;
  readonly from: Digest;
  /** Absent: nothing was ever committed, and nobody is served. */
  readonly to?: Digest;
  /** What the release had when it was stopped, in basis points. */
  readonly weight_bp: number;
  readonly stopped_unix_ms: number;
  readonly verified_unix_ms: number;
  readonly checks: readonly HealthCheck[];
}

export function rollbackReportObject(report: RollbackReport, sha256: Sha256): CommitObject {
  const { from, to, checks, ...rest } = report;
  const data: CborValue = {
    ...rest,
    from: digestBytes(from),
    ...(to === undefined ? {} : { to: digestBytes(to) }),
    checks: checks.map(({ check, passed }) => ({ check, passed })),
  };
  return makeCommitObject(TAG, data, sha256);
}

/** @throws LedgerError `object_*`, `field_malformed` */
export function readRollbackReport(bytes: Uint8Array): RollbackReport {
  const fields = new Fields(readCommitObject(TAG, bytes), TAG);
  const v = fields.version(1);
  const to = fields.optional("to", (key) => fields.digest(key));
  const report: RollbackReport = {
    v,
    rollout_id: fields.text("rollout_id"),
    attempt: fields.integer("attempt", 1),
    trigger: fields.word("trigger", ROLLBACK_TRIGGERS),
    code: fields.text("code"),
    reason: fields.text("reason"),
    from: fields.digest("from"),
    ...(to === undefined ? {} : { to }),
    weight_bp: fields.integer("weight_bp"),
    stopped_unix_ms: fields.integer("stopped_unix_ms"),
    verified_unix_ms: fields.integer("verified_unix_ms"),
    checks: fields.list("checks", readCheck),
  };
  fields.end();
  return report;
}

function readCheck(value: CborValue, at: string): HealthCheck {
  const fields = new Fields(value, at);
  const check = { check: fields.text("check"), passed: fields.flag("passed") };
  fields.end();
  return check;
}
