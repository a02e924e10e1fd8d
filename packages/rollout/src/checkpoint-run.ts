/** The part of a checkpoint that is a run: its cursor, its canary set, the states of its gates and its diagnostics. */
import { type CborValue, type Digest, digestBytes } from "@tau-edge/encoding";
import { type Actor, Fields } from "@tau-edge/ledger";
import { HOLD_CODES, VERDICT_CODES, VERDICT_RESULTS } from "./gates/gate-report.ts";
import { keysOf } from "./keys-of.ts";
import { ENVIRONMENTS } from "./plan/environment.ts";
import { ROLES } from "./plan/plan.ts";
import { planFromCbor, planToCbor } from "./plan/plan-cbor.ts";
import {
  type FrozenWindow,
  type Grant,
  type Held,
  type Judgement,
  type OpenWindow,
  type Outcome,
  PHASES,
  type RollingBack,
  type Run,
} from "./state.ts";
import { releaseToCbor } from "./trace/draft-trace.ts";
import { readReleaseRef } from "./trace/read-trace.ts";
import { FINAL_STATUSES, ROLLBACK_TRIGGERS, RUN_KINDS } from "./trace/trace-body.ts";

export function runToCbor(run: Run): CborValue {
  return {
    identity: {
      rollout_id: run.rollout_id,
      attempt: run.attempt,
      kind: run.kind,
      environment: run.environment,
      plan: planToCbor(run.plan),
      plan_hash: digestBytes(run.plan_hash),
      environment_profile_hash: digestBytes(run.environment_profile_hash),
      policy_bundle_hash: digestBytes(run.policy_bundle_hash),
      preflight_report: digestBytes(run.preflight_report),
      replay_token: digestBytes(run.replay_token),
      started_unix_ms: run.started_unix_ms,
    },
    cursor: {
      t: run.t,
      trace_tail: digestBytes(run.trace_tail),
      phase: run.phase,
      stage: run.stage,
      stage_entered_unix_ms: run.stage_entered_unix_ms,
      window: run.window === undefined ? null : { ...run.window },
      frozen: run.frozen === undefined ? null : frozenToCbor(run.frozen),
      passed_since_unix_ms: run.passed_since_unix_ms ?? null,
      dwell_waived: run.dwell_waived,
    },
    canary_set: {
      target: releaseToCbor(run.target),
      baseline: run.baseline === undefined ? null : releaseToCbor(run.baseline),
      weight_bp: run.weight_bp,
    },
    gate_states: {
      judgements: run.judgements.map(judgementToCbor),
      breached: run.breached,
      baseline_snapshot: hashOrNull(run.baseline_snapshot),
    },
    diagnostics: {
      held: run.held === undefined ? null : { ...run.held },
      paused: run.paused === undefined ? null : { ...run.paused },
      approvals: run.approvals.map(grantToCbor),
      override_requested: run.override_requested === undefined ? null : grantToCbor(run.override_requested),
      overridden: run.overridden,
    },
    rollback_cursor: run.rollback === undefined ? null : rollbackToCbor(run.rollback),
    outcome: run.outcome === undefined ? null : outcomeToCbor(run.outcome),
  };
}

/** @throws LedgerError `field_malformed` */
export function runFromCbor(fields: Fields): Run {
  const run: Run = {
    ...part(fields.map("identity"), identityOf),
    ...part(fields.map("cursor"), cursorOf),
    ...part(fields.map("canary_set"), canaryOf),
    ...part(fields.map("gate_states"), gatesOf),
    ...part(fields.map("diagnostics"), diagnosticsOf),
    ...present(
      "rollback",
      fields.nullable("rollback_cursor", (key) => part(fields.map(key), rollbackOf)),
    ),
    ...present(
      "outcome",
      fields.nullable("outcome", (key) => part(fields.map(key), outcomeOf)),
    ),
  };
  fields.end();
  return run;
}

function part<T>(fields: Fields, read: (fields: Fields) => T): T {
  const value = read(fields);
  fields.end();
  return value;
}

/** An optional field of state is absent, not undefined. */
function present<Key extends string, T>(key: Key, value: T | undefined): { readonly [K in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: T });
}

function identityOf(fields: Fields) {
  return {
    rollout_id: fields.text("rollout_id"),
    attempt: fields.integer("attempt", 1),
    kind: fields.word("kind", RUN_KINDS),
    environment: fields.word("environment", ENVIRONMENTS),
    plan: planFromCbor(fields.value("plan"), fields.at("plan")),
    plan_hash: fields.digest("plan_hash"),
    environment_profile_hash: fields.digest("environment_profile_hash"),
    policy_bundle_hash: fields.digest("policy_bundle_hash"),
    preflight_report: fields.digest("preflight_report"),
    replay_token: fields.digest("replay_token"),
    started_unix_ms: fields.integer("started_unix_ms"),
  };
}

function cursorOf(fields: Fields) {
  return {
    t: fields.integer("t"),
    trace_tail: fields.digest("trace_tail"),
    phase: fields.word("phase", PHASES),
    stage: fields.integer("stage", -1),
    stage_entered_unix_ms: fields.integer("stage_entered_unix_ms"),
    ...present(
      "window",
      fields.nullable("window", (key) => part(fields.map(key), windowOf)),
    ),
    ...present(
      "frozen",
      fields.nullable("frozen", (key) => part(fields.map(key), frozenOf)),
    ),
    ...present(
      "passed_since_unix_ms",
      fields.nullable("passed_since_unix_ms", (key) => fields.integer(key)),
    ),
    dwell_waived: fields.flag("dwell_waived"),
  };
}

function canaryOf(fields: Fields) {
  return {
    target: readReleaseRef(fields.map("target")),
    ...present(
      "baseline",
      fields.nullable("baseline", (key) => readReleaseRef(fields.map(key))),
    ),
    weight_bp: fields.integer("weight_bp"),
  };
}

function gatesOf(fields: Fields) {
  return {
    judgements: fields.list("judgements", (value, at) => part(new Fields(value, at), judgementOf)),
    breached: fields.flag("breached"),
    ...present(
      "baseline_snapshot",
      fields.nullable("baseline_snapshot", (key) => fields.digest(key)),
    ),
  };
}

function diagnosticsOf(fields: Fields) {
  return {
    ...present(
      "held",
      fields.nullable("held", (key) => part(fields.map(key), heldOf)),
    ),
    ...present(
      "paused",
      fields.nullable("paused", (key) => part(fields.map(key), pausedOf)),
    ),
    approvals: fields.list("approvals", (value, at) => part(new Fields(value, at), grantOf)),
    ...present(
      "override_requested",
      fields.nullable("override_requested", (key) => part(fields.map(key), grantOf)),
    ),
    overridden: fields.flag("overridden"),
  };
}

function windowOf(fields: Fields): OpenWindow {
  return { number: fields.integer("number"), opened_unix_ms: fields.integer("opened_unix_ms") };
}

function frozenToCbor({ snapshot, baseline_snapshot }: FrozenWindow): CborValue {
  return { snapshot: digestBytes(snapshot), baseline_snapshot: hashOrNull(baseline_snapshot) };
}

function frozenOf(fields: Fields): FrozenWindow {
  return {
    snapshot: fields.digest("snapshot"),
    ...present(
      "baseline_snapshot",
      fields.nullable("baseline_snapshot", (key) => fields.digest(key)),
    ),
  };
}

const HELD_CODES = ["preflight_failed", ...keysOf(HOLD_CODES)] as const;

function heldOf(fields: Fields): Held {
  return { code: fields.word("code", HELD_CODES), since_unix_ms: fields.integer("since_unix_ms") };
}

function pausedOf(fields: Fields): NonNullable<Run["paused"]> {
  return { since_unix_ms: fields.integer("since_unix_ms"), reason: fields.text("reason") };
}

function grantToCbor({ role, actor }: Grant): CborValue {
  return { role, actor: { ...actor } };
}

function grantOf(fields: Fields): Grant {
  return { role: fields.word("role", ROLES), actor: part(fields.map("actor"), actorOf) };
}

function actorOf(fields: Fields): Actor {
  return { kind: fields.word("kind", ["local", "token", "did", "system"]), id: fields.text("id") };
}

function judgementToCbor(judgement: Judgement): CborValue {
  return {
    stage: judgement.stage,
    window: judgement.window,
    result: judgement.result,
    code: judgement.code ?? null,
    gate_report: digestBytes(judgement.gate_report),
    snapshot: digestBytes(judgement.snapshot),
    baseline_snapshot: hashOrNull(judgement.baseline_snapshot),
  };
}

function judgementOf(fields: Fields): Judgement {
  return {
    stage: fields.integer("stage"),
    window: fields.integer("window"),
    result: fields.word("result", VERDICT_RESULTS),
    ...present(
      "code",
      fields.nullable("code", (key) => fields.word(key, VERDICT_CODES)),
    ),
    gate_report: fields.digest("gate_report"),
    snapshot: fields.digest("snapshot"),
    ...present(
      "baseline_snapshot",
      fields.nullable("baseline_snapshot", (key) => fields.digest(key)),
    ),
  };
}

function rollbackToCbor(rollback: RollingBack): CborValue {
  const { to, failed_check, ...rest } = rollback;
  return { ...rest, to: to === undefined ? null : releaseToCbor(to), failed_check: failed_check ?? null };
}

function rollbackOf(fields: Fields): RollingBack {
  return {
    trigger: fields.word("trigger", ROLLBACK_TRIGGERS),
    code: fields.text("code"),
    reason: fields.text("reason"),
    ...present(
      "to",
      fields.nullable("to", (key) => readReleaseRef(fields.map(key))),
    ),
    weight_bp: fields.integer("weight_bp"),
    at_unix_ms: fields.integer("at_unix_ms"),
    ...present(
      "failed_check",
      fields.nullable("failed_check", (key) => fields.text(key)),
    ),
  };
}

function outcomeToCbor(outcome: Outcome): CborValue {
  return {
    final_status: outcome.final_status,
    at_unix_ms: outcome.at_unix_ms,
    gate_report: digestBytes(outcome.gate_report),
    deployment_report: digestBytes(outcome.deployment_report),
    rollback_report: hashOrNull(outcome.rollback_report),
    failure_code: outcome.failure_code ?? null,
  };
}

function outcomeOf(fields: Fields): Outcome {
  return {
    final_status: fields.word("final_status", FINAL_STATUSES),
    at_unix_ms: fields.integer("at_unix_ms"),
    gate_report: fields.digest("gate_report"),
    deployment_report: fields.digest("deployment_report"),
    ...present(
      "rollback_report",
      fields.nullable("rollback_report", (key) => fields.digest(key)),
    ),
    ...present(
      "failure_code",
      fields.nullable("failure_code", (key) => fields.text(key)),
    ),
  };
}

function hashOrNull(digest: Digest | undefined): CborValue {
  return digest === undefined ? null : digestBytes(digest);
}
