/** The preflight report as an object, `CBOR(["preflight_report_v1", …])`: the facts, and what was made of them. */
import { type CborValue, type Digest, digestBytes, type Sha256 } from "@tau-edge/encoding";
import { type CommitObject, Fields, makeCommitObject, readCommitObject } from "@tau-edge/ledger";
import { keysOf } from "../keys-of.ts";
import { ENVIRONMENTS, type Environment } from "../plan/environment.ts";
import { factsOf, factsToCbor, type PreflightFacts } from "./facts.ts";
import { PREFLIGHT_CHECKS, type PreflightCheck } from "./preflight.ts";

const TAG = "preflight_report_v1";

export interface PreflightReport {
  readonly v: 1;
  readonly rollout_id: string;
  readonly attempt: number;
  readonly environment: Environment;
  /** The stage that it lets in; -1 is the start. */
  readonly stage: number;
  readonly release: Digest;
  readonly plan_hash: Digest;
  readonly at_unix_ms: number;
  readonly facts: PreflightFacts;
  readonly checks: readonly PreflightCheck[];
}

export function preflightReportObject(report: PreflightReport, sha256: Sha256): CommitObject {
  const { facts, checks, release, plan_hash, ...rest } = report;
  const data = {
    ...rest,
    release: digestBytes(release),
    plan_hash: digestBytes(plan_hash),
    facts: factsToCbor(facts),
    checks: checks.map(({ check, result }) => ({ check, result })),
  };
  return makeCommitObject(TAG, data, sha256);
}

/** @throws LedgerError `object_*`, `field_malformed` */
export function readPreflightReport(bytes: Uint8Array): PreflightReport {
  const fields = new Fields(readCommitObject(TAG, bytes), TAG);
  const report: PreflightReport = {
    v: fields.version(1),
    rollout_id: fields.text("rollout_id"),
    attempt: fields.integer("attempt", 1),
    environment: fields.word("environment", ENVIRONMENTS),
    stage: fields.integer("stage", -1),
    release: fields.digest("release"),
    plan_hash: fields.digest("plan_hash"),
    at_unix_ms: fields.integer("at_unix_ms"),
    facts: factsOf(fields.map("facts")),
    checks: fields.list("checks", readCheck),
  };
  fields.end();
  return report;
}

function readCheck(value: CborValue, at: string): PreflightCheck {
  const fields = new Fields(value, at);
  const check = {
    check: fields.word("check", keysOf(PREFLIGHT_CHECKS)),
    result: fields.word("result", ["pass", "fail", "waived", "not_applicable"]),
  };
  fields.end();
  return check;
}
