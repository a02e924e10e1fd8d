/** Gate reports as objects, and back. A report whose findings do not come to its result is refused. */
import { type Digest, digestBytes, type Sha256 } from "@tau-edge/encoding";
import {
  type CommitObject,
  Fields,
  integerOf,
  LedgerError,
  makeCommitObject,
  readCommitObject,
  textOf,
} from "@tau-edge/ledger";
import { RolloutError } from "../errors.ts";
import {
  type FailCode,
  FINDING_RESULTS,
  type GateFinding,
  type GateReport,
  type HoldCode,
  isFailCode,
  isHoldCode,
  VERDICT_RESULTS,
} from "./gate-report.ts";
import { verdictOf } from "./verdict.ts";

const TAG = "gate_report_v1";

export function gateReportObject(report: GateReport, sha256: Sha256): CommitObject {
  const { metrics_snapshot, baseline, findings, ...rest } = report;
  const data = {
    ...rest,
    metrics_snapshot: digestBytes(metrics_snapshot),
    ...(baseline === undefined ? {} : { baseline: { ...baseline, snapshot: digestBytes(baseline.snapshot) } }),
    findings: findings.map((finding) => ({ ...finding })),
  };
  return makeCommitObject(TAG, data, sha256);
}

/**
 * @throws LedgerError `object_encoding`, `object_tag`, `object_newer`, `field_malformed`
 * @throws RolloutError `gate_report_inconsistent`
 */
export function readGateReport(bytes: Uint8Array): GateReport {
  const fields = new Fields(readCommitObject(TAG, bytes), TAG);
  const v = fields.version(1);
  const baseline = fields.optional("baseline", (key) => readBaseline(fields.map(key)));
  const code = fields.optional("code", (key) => codeOf(fields.text(key), fields.at(key)));
  const report: GateReport = {
    v,
    policy_version: readPolicyVersion(fields),
    rollout_id: fields.text("rollout_id"),
    attempt: fields.integer("attempt", 1),
    stage: fields.integer("stage"),
    window: fields.integer("window"),
    metrics_snapshot: fields.digest("metrics_snapshot"),
    ...(baseline === undefined ? {} : { baseline }),
    result: fields.word("result", VERDICT_RESULTS),
    ...(code === undefined ? {} : { code }),
    window_findings: fields.list("window_findings", (item, at) => codeOf(textOf(item, at), at)),
    findings: fields.list("findings", (item, at) => readFinding(new Fields(item, at))),
  };
  fields.end();
  const verdict = verdictOf(report.window_findings, report.findings);
  if (verdict.result !== report.result || verdict.code !== report.code)
    throw inconsistent(`${TAG} result`, `The findings come to ${verdict.code ?? verdict.result}`);
  return report;
}

function readPolicyVersion(fields: Fields): 1 {
  if (fields.integer("policy_version", 1) === 1) return 1;
  throw new LedgerError("object_newer", fields.at("policy_version"), "This program knows the rules of version 1");
}

function readBaseline(fields: Fields): { snapshot: Digest; concurrent: boolean } {
  const baseline = { snapshot: fields.digest("snapshot"), concurrent: fields.flag("concurrent") };
  fields.end();
  return baseline;
}

function readFinding(fields: Fields): GateFinding {
  const code = fields.optional("code", (key) => codeOf(fields.text(key), fields.at(key)));
  const numerator = fields.optional("numerator", (key) =>
    integerOf(fields.value(key), Number.MIN_SAFE_INTEGER, fields.at(key)),
  );
  const denominator = fields.optional("denominator", (key) => fields.integer(key));
  const value_f64 = fields.optional("value_f64", (key) => fields.bytes(key, 8));
  const limit_f64 = fields.optional("limit_f64", (key) => fields.bytes(key, 8));
  const finding: GateFinding = {
    gate: fields.text("gate"),
    result: fields.word("result", FINDING_RESULTS),
    ...(code === undefined ? {} : { code }),
    ...(numerator === undefined ? {} : { numerator }),
    ...(denominator === undefined ? {} : { denominator }),
    ...(value_f64 === undefined ? {} : { value_f64 }),
    ...(limit_f64 === undefined ? {} : { limit_f64 }),
  };
  fields.end();
  if (resultOf(code) !== (finding.result === "not_applicable" ? "pass" : finding.result))
    throw inconsistent(fields.at("code"), `A finding of this code is no ${finding.result}`);
  return finding;
}

function resultOf(code: HoldCode | FailCode | undefined): "pass" | "fail" | "hold" {
  if (code === undefined) return "pass";
  return isFailCode(code) ? "fail" : "hold";
}

function codeOf(code: string, at: string): HoldCode | FailCode {
  if (isHoldCode(code) || isFailCode(code)) return code;
  throw new LedgerError("field_malformed", at, "Expected a code of this program");
}

function inconsistent(at: string, detail: string): RolloutError {
  return new RolloutError("gate_report_inconsistent", at, detail);
}
