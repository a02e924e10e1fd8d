/** What a run in a checkpoint is made of: each part written, and read back strictly. What a run has not is null. */
import { type CborValue, type Digest, digestBytes } from "@tau-edge/encoding";
import type { Actor, Fields } from "@tau-edge/ledger";
import { HOLD_CODES, VERDICT_CODES, VERDICT_RESULTS } from "./gates/gate-report.ts";
import { keysOf } from "./keys-of.ts";
import { ROLES } from "./plan/plan.ts";
import type { FrozenWindow, Grant, Held, Judgement, OpenWindow, Outcome, RollingBack, Run } from "./state.ts";
import { releaseToCbor } from "./trace/draft-trace.ts";
import { readReleaseRef } from "./trace/read-trace.ts";
import { FINAL_STATUSES, ROLLBACK_TRIGGERS } from "./trace/trace-body.ts";

export function part<T>(fields: Fields, read: (fields: Fields) => T): T {
  const value = read(fields);
  fields.end();
  return value;
}

/** An optional field of state is absent, not undefined. */
export function present<Key extends string, T>(key: Key, value: T | undefined): { readonly [K in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: T });
}

export function windowOf(fields: Fields): OpenWindow {
  return { number: fields.integer("number"), opened_unix_ms: fields.integer("opened_unix_ms") };
}

export function frozenToCbor({ snapshot, baseline_snapshot }: FrozenWindow): CborValue {
  return { snapshot: digestBytes(snapshot), baseline_snapshot: hashOrNull(baseline_snapshot) };
}

export function frozenOf(fields: Fields): FrozenWindow {
  return {
    snapshot: fields.digest("snapshot"),
    ...present(
      "baseline_snapshot",
      fields.nullable("baseline_snapshot", (key) => fields.digest(key)),
    ),
  };
}

const HELD_CODES = ["preflight_failed", ...keysOf(HOLD_CODES)] as const;

export function heldOf(fields: Fields): Held {
  return { code: fields.word("code", HELD_CODES), since_unix_ms: fields.integer("since_unix_ms") };
}

export function pausedOf(fields: Fields): NonNullable<Run["paused"]> {
  return { since_unix_ms: fields.integer("since_unix_ms"), reason: fields.text("reason") };
}

export function grantToCbor({ role, actor }: Grant): CborValue {
  return { role, actor: { ...actor } };
}

export function grantOf(fields: Fields): Grant {
  return { role: fields.word("role", ROLES), actor: part(fields.map("actor"), actorOf) };
}

function actorOf(fields: Fields): Actor {
  return { kind: fields.word("kind", ["local", "token", "did", "system"]), id: fields.text("id") };
}

export function judgementToCbor(judgement: Judgement): CborValue {
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

export function judgementOf(fields: Fields): Judgement {
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

export function rollbackToCbor(rollback: RollingBack): CborValue {
  const { to, failed_check, ...rest } = rollback;
  return { ...rest, to: to === undefined ? null : releaseToCbor(to), failed_check: failed_check ?? null };
}

export function rollbackOf(fields: Fields): RollingBack {
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

export function outcomeToCbor(outcome: Outcome): CborValue {
  return {
    final_status: outcome.final_status,
    at_unix_ms: outcome.at_unix_ms,
    gate_report: digestBytes(outcome.gate_report),
    deployment_report: digestBytes(outcome.deployment_report),
    rollback_report: hashOrNull(outcome.rollback_report),
    failure_code: outcome.failure_code ?? null,
  };
}

export function outcomeOf(fields: Fields): Outcome {
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

export function hashOrNull(digest: Digest | undefined): CborValue {
  return digest === undefined ? null : digestBytes(digest);
}
