/** The part of a checkpoint that is a run: its cursor, its canary set, the states of its gates and its diagnostics. */
import { type CborValue, digestBytes } from "@tau-edge/encoding";
import { Fields } from "@tau-edge/ledger";
import {
  frozenOf,
  frozenToCbor,
  grantOf,
  grantToCbor,
  hashOrNull,
  heldOf,
  judgementOf,
  judgementToCbor,
  outcomeOf,
  outcomeToCbor,
  part,
  pausedOf,
  present,
  rollbackOf,
  rollbackToCbor,
  windowOf,
} from "./checkpoint-parts.ts";
import { ENVIRONMENTS } from "./plan/environment.ts";
import { planFromCbor, planToCbor } from "./plan/plan-cbor.ts";
import { PHASES, type Run } from "./state.ts";
import { releaseToCbor } from "./trace/draft-trace.ts";
import { readReleaseRef } from "./trace/read-trace.ts";
import { RUN_KINDS } from "./trace/trace-body.ts";

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
