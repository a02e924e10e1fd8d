/** Parts that several answers of a gateway share. */
import type { Frozen } from "@tau-edge/control";
import type { CommitPointer } from "@tau-edge/ledger";
import { digestSchema } from "@tau-edge/manifest";
import {
  type Candidate,
  type Commit,
  ENVIRONMENTS,
  FAIL_CODES,
  type FailCode,
  FINAL_STATUSES,
  HOLD_CODES,
  type HoldCode,
  type Judgement,
  type Lock,
  type ReleaseRef,
  ROLES,
  type Run,
  type Step,
  type WindowProgress,
} from "@tau-edge/rollout";
import { z } from "zod";

export const text = z.string();
/** Unix ms, or a length in ms. */
export const ms = z.int();
export const count = z.int().min(0);
/** Printed, and compared with the codes that this program knows. */
export const code = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);

/** One of the keys of a table of codes. */
export function keyOf<Code extends string>(table: Readonly<Record<Code, unknown>>) {
  return z.custom<Code>((value) => typeof value === "string" && Object.hasOwn(table, value), "no code that is known");
}

export const environment = z.enum(ENVIRONMENTS);
export const role = z.enum(ROLES);
export const finalStatus = z.enum(FINAL_STATUSES);
export const runKind = z.enum(["rollout", "undo"]) satisfies z.ZodType<Run["kind"]>;
export const phase = z.enum(["ready", "exposed", "frozen", "rolling_back", "ended"]) satisfies z.ZodType<Run["phase"]>;
export const actor = z.looseObject({ kind: z.enum(["local", "token", "did", "system"]), id: text });

export const releaseRef = z.looseObject({
  release: digestSchema,
  manifest: digestSchema,
  artifact: digestSchema,
}) satisfies z.ZodType<ReleaseRef>;

export const progress = z.looseObject({
  total: count,
  failed: count,
  last_unix_ms: ms.exactOptional(),
}) satisfies z.ZodType<WindowProgress>;

export const held = z.looseObject({
  code: keyOf<HoldCode | "preflight_failed">({ ...HOLD_CODES, preflight_failed: true }),
  since_unix_ms: ms,
}) satisfies z.ZodType<NonNullable<Run["held"]>>;

export const frozen = z.looseObject({ reason: text, since_unix_ms: ms }) satisfies z.ZodType<Frozen>;

export const lock = z.looseObject({
  rollout_id: text,
  since_unix_ms: ms,
  cleared: digestSchema.exactOptional(),
}) satisfies z.ZodType<Lock>;

export const judgement = z.looseObject({
  stage: z.int(),
  window: count,
  result: z.enum(["pass", "fail", "hold"]),
  code: keyOf<HoldCode | FailCode>({ ...HOLD_CODES, ...FAIL_CODES }).exactOptional(),
  gate_report: digestSchema,
  snapshot: digestSchema,
  baseline_snapshot: digestSchema.exactOptional(),
}) satisfies z.ZodType<Judgement>;

export const rollback = z.looseObject({
  trigger: z.enum([
    "gate_failed",
    "deadline_exceeded",
    "operator",
    "signature_mismatch",
    "artifact_mismatch",
    "trace_missing",
  ]),
  code: text,
  reason: text,
  to: releaseRef.exactOptional(),
  weight_bp: count,
  at_unix_ms: ms,
  failed_check: text.exactOptional(),
}) satisfies z.ZodType<NonNullable<Run["rollback"]>>;

export const step = z.discriminatedUnion("do", [
  z.looseObject({ do: z.literal("nothing") }),
  z.looseObject({
    do: z.literal("wait"),
    reason: z.enum(["paused", "approvals", "maintenance", "evidence", "watch"]),
    until_unix_ms: ms.exactOptional(),
  }),
  z.looseObject({
    do: z.literal("freeze"),
    why: z.enum(["complete", "failing", "deadline", "stale", "unreachable"]),
  }),
  z.looseObject({ do: z.literal("judge") }),
  z.looseObject({ do: z.literal("advance") }),
  z.looseObject({ do: z.literal("verify_rollback") }),
  z.looseObject({ do: z.literal("abort"), code: z.literal("hold_outlasted") }),
]) satisfies z.ZodType<Step>;

export const candidate = z.looseObject({
  rollout_id: text,
  target: releaseRef,
  attempt: count,
  stage: z.int(),
  window: count,
  weight_bp: count,
}) satisfies z.ZodType<Candidate>;

export const commit = z.looseObject({
  rollout_id: text,
  attempt: count,
  kind: runKind,
  target: releaseRef,
  plan_hash: digestSchema,
  environment_profile_hash: digestSchema,
  overridden: z.boolean(),
  at_unix_ms: ms,
  trace_tail_hash: digestSchema,
  checkpoint_hash: digestSchema,
  lineage_root_hash: digestSchema,
  wal_terminal_hash: digestSchema,
}) satisfies z.ZodType<Commit>;

export const pointer = z.looseObject({
  v: z.literal(1),
  rollout_id: text,
  trace_tail_hash: digestSchema,
  checkpoint_hash: digestSchema,
  lineage_root_hash: digestSchema,
  execution_certificate_hash: digestSchema.exactOptional(),
  wal_terminal_hash: digestSchema,
}) satisfies z.ZodType<CommitPointer>;
