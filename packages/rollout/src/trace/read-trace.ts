/** Records as trace bodies. A record that chains and yet says nonsense was not written by this program. */
import { type Digest, digestOf } from "@tau-edge/encoding";
import { Fields, type StoredRecord } from "@tau-edge/ledger";
import { type FailCode, type HoldCode, VERDICT_CODES, VERDICT_RESULTS } from "../gates/gate-report.ts";
import { keysOf } from "../keys-of.ts";
import { ENVIRONMENTS } from "../plan/environment.ts";
import { ROLES } from "../plan/plan.ts";
import { planFromCbor } from "../plan/plan-cbor.ts";
import type { ReleaseRef } from "../release.ts";
import type { PolicyIds } from "./policy-ids.ts";
import {
  type Failure,
  FINAL_STATUSES,
  type Finalize,
  type Iter,
  type IterStep,
  type Prepare,
  type Revalidated,
  ROLLBACK_TRIGGERS,
  type Rollback,
  RUN_KINDS,
  type RunEnd,
  type RunHeader,
  type TraceBody,
  type TracePosition,
} from "./trace-body.ts";

const READERS: ReadonlyMap<string, (fields: Fields) => TraceBody> = new Map<string, (fields: Fields) => TraceBody>([
  ["run_header", readHeader],
  ["iter", readIter],
  ["rollback", readRollback],
  ["prepare", readPrepare],
  ["finalize", readFinalize],
  ["run_end", readEnd],
  ["revalidated", readRevalidated],
]);

/**
 * @returns undefined for a record that belongs to no rollout
 * @throws LedgerError `field_malformed` with stream, seq and field
 */
export function readTrace({ record }: StoredRecord): TraceBody | undefined {
  const read = READERS.get(record.type);
  if (read === undefined) return undefined;
  const fields = new Fields(record.body, `${record.stream}#${record.seq}`);
  const body = read(fields);
  fields.end();
  return body;
}

function position(fields: Fields): TracePosition {
  return {
    rollout_id: fields.text("rollout_id"),
    attempt: fields.integer("attempt", 1),
    t: fields.integer("t"),
    replay_token: fields.digest("replay_token"),
  };
}

function readHeader(fields: Fields): RunHeader {
  const baseline = fields.optional("baseline", (key) => readReleaseRef(fields.map(key)));
  const promoted_from = optionalDigest(fields, "promoted_from");
  return {
    type: "run_header",
    ...position(fields),
    kind: fields.word("kind", RUN_KINDS),
    environment: fields.word("environment", ENVIRONMENTS),
    plan: planFromCbor(fields.value("plan"), fields.at("plan")),
    plan_hash: fields.digest("plan_hash"),
    target: readReleaseRef(fields.map("target")),
    ...(baseline === undefined ? {} : { baseline }),
    environment_profile_hash: fields.digest("environment_profile_hash"),
    deployment_policy_bundle_hash: fields.digest("deployment_policy_bundle_hash"),
    operator_contracts_root_hash: fields.digest("operator_contracts_root_hash"),
    preflight_report_hash: fields.digest("preflight_report_hash"),
    preflight_passed: fields.flag("preflight_passed"),
    policy_ids: readPolicyIds(fields.map("policy_ids")),
    ...(promoted_from === undefined ? {} : { promoted_from }),
  };
}

function readPolicyIds(fields: Fields): PolicyIds {
  const ids = {
    prng_family: fields.text("prng_family"),
    numeric_policy: fields.text("numeric_policy"),
    ordering_policy: fields.text("ordering_policy"),
    parallel_policy: fields.text("parallel_policy"),
    environment_policy: fields.text("environment_policy"),
  };
  fields.end();
  return ids;
}

function readIter(fields: Fields): Iter {
  return { type: "iter", ...position(fields), stage: fields.integer("stage", -1), ...readStep(fields) };
}

const STEPS: { readonly [Action in IterStep["action"]]: (fields: Fields) => Extract<IterStep, { action: Action }> } = {
  entered: (fields) => ({
    action: "entered",
    weight_bp: fields.integer("weight_bp"),
    preflight_report_hash: fields.digest("preflight_report_hash"),
  }),
  frozen: readFrozen,
  judged: readJudged,
  held: (fields) => ({
    action: "held",
    code: fields.word("code", ["preflight_failed"]),
    preflight_report_hash: fields.digest("preflight_report_hash"),
  }),
  paused: (fields) => ({ action: "paused", reason: fields.text("reason") }),
  resumed: () => ({ action: "resumed" }),
  approved: (fields) => ({ action: "approved", role: fields.word("role", ROLES) }),
  promoted: (fields) => ({ action: "promoted", ended: fields.word("ended", ["pause", "dwell"]) }),
  override_requested: (fields) => ({
    action: "override_requested",
    role: fields.word("role", ROLES),
    reason: fields.text("reason"),
    preflight_report_hash: fields.digest("preflight_report_hash"),
  }),
  overridden: (fields) => ({
    action: "overridden",
    role: fields.word("role", ROLES),
    reason: fields.text("reason"),
    weight_bp: fields.integer("weight_bp"),
    preflight_report_hash: fields.digest("preflight_report_hash"),
  }),
  aborted: (fields) => ({ action: "aborted", reason: fields.text("reason") }),
  rollback_checked: readRollbackChecked,
};

function readStep(fields: Fields): IterStep {
  return STEPS[fields.word("action", keysOf(STEPS))](fields);
}

function readFrozen(fields: Fields): Extract<IterStep, { action: "frozen" }> {
  const baseline_snapshot_hash = optionalDigest(fields, "baseline_snapshot_hash");
  return {
    action: "frozen",
    window: fields.integer("window"),
    metrics_snapshot_hash: fields.digest("metrics_snapshot_hash"),
    ...(baseline_snapshot_hash === undefined ? {} : { baseline_snapshot_hash }),
  };
}

function readJudged(fields: Fields): Extract<IterStep, { action: "judged" }> {
  const code = fields.optional("code", (key): HoldCode | FailCode => fields.word(key, VERDICT_CODES));
  return {
    action: "judged",
    window: fields.integer("window"),
    gate_result: fields.word("gate_result", VERDICT_RESULTS),
    ...(code === undefined ? {} : { code }),
    gate_report_hash: fields.digest("gate_report_hash"),
  };
}

function readRollbackChecked(fields: Fields): Extract<IterStep, { action: "rollback_checked" }> {
  const failed_check = fields.optional("failed_check", (key) => fields.text(key));
  return {
    action: "rollback_checked",
    gate_result: fields.word("gate_result", ["pass", "fail"]),
    ...(failed_check === undefined ? {} : { failed_check }),
  };
}

function readRollback(fields: Fields): Rollback {
  const to = fields.optional("to", (key) => readReleaseRef(fields.map(key)));
  const preflight_report_hash = optionalDigest(fields, "preflight_report_hash");
  return {
    type: "rollback",
    ...position(fields),
    stage: fields.integer("stage", -1),
    trigger: fields.word("trigger", ROLLBACK_TRIGGERS),
    code: fields.text("code"),
    reason: fields.text("reason"),
    ...(preflight_report_hash === undefined ? {} : { preflight_report_hash }),
    ...(to === undefined ? {} : { to }),
    gate_report_hash: fields.digest("gate_report_hash"),
  };
}

function readPrepare(fields: Fields): Prepare {
  return { type: "prepare", ...commitHashes(fields) };
}

function commitHashes(fields: Fields): Omit<Prepare, "type"> {
  return {
    ...position(fields),
    preflight_report_hash: fields.digest("preflight_report_hash"),
    checkpoint_hash: fields.digest("checkpoint_hash"),
    trace_tail_hash: fields.digest("trace_tail_hash"),
    lineage_root_hash: fields.digest("lineage_root_hash"),
  };
}

function readFinalize(fields: Fields): Finalize {
  const certificate = optionalDigest(fields, "execution_certificate_hash");
  return {
    type: "finalize",
    ...commitHashes(fields),
    release: fields.digest("release_hash"),
    ...(certificate === undefined ? {} : { execution_certificate_hash: certificate }),
  };
}

function readEnd(fields: Fields): RunEnd {
  const at = position(fields);
  const rollback_report_hash = optionalDigest(fields, "rollback_report_hash");
  const failure = fields.optional("failure", (key) => readFailure(fields.map(key)));
  return {
    type: "run_end",
    ...at,
    final_status: fields.word("final_status", FINAL_STATUSES),
    release_hash: fields.digest("release_hash"),
    gate_report_hash: fields.digest("gate_report_hash"),
    ...(rollback_report_hash === undefined ? {} : { rollback_report_hash }),
    deployment_report_hash: fields.digest("deployment_report_hash"),
    ...(failure === undefined ? {} : { failure }),
  };
}

function readFailure(fields: Fields): Failure {
  // Repeated inside because S3's failure record is to be readable by itself.
  fields.digest("replay_token");
  const failure = {
    t: fields.integer("t"),
    failure_code: fields.text("failure_code"),
    failure_operator: fields.text("failure_operator"),
    diagnostics: fields.text("diagnostics"),
  };
  fields.end();
  return failure;
}

function readRevalidated(fields: Fields): Revalidated {
  return {
    type: "revalidated",
    validation: fields.text("validation"),
    manifest: fields.digest("manifest"),
    passed: fields.flag("passed"),
    report_hash: fields.digest("report_hash"),
  };
}

export function readReleaseRef(fields: Fields): ReleaseRef {
  const ref = {
    release: fields.digest("release"),
    manifest: fields.digest("manifest"),
    artifact: fields.digest("artifact"),
  };
  fields.end();
  return ref;
}

function optionalDigest(fields: Fields, key: string): Digest | undefined {
  return fields.optional(key, (name) => digestOf(fields.bytes(name, 32)));
}
