/** A rollout in prod that has two windows behind it, as `get` gives it. */
import type { RolloutView } from "@tau-edge/control";
import { type Digest, encodeUtf8 } from "@tau-edge/encoding";
import { readPlan } from "@tau-edge/rollout";

export const digest = (byte: string): Digest => `sha256:${byte.repeat(32)}`;

export const NOW = Date.UTC(2026, 10, 21, 3, 0, 0);
const MINUTE = 60_000;

const PLAN = readPlan(
  encodeUtf8(
    JSON.stringify({
      schema_version: 1,
      blueprint: "shop",
      environments: ["dev", "staging", "prod"],
      release: digest("11"),
      manifest: digest("22"),
      baseline: "committed",
      expected_per_hour: 60_000,
      policy: { approvals: [{ role: "on_call", environments: ["prod"] }] },
    }),
  ),
);

export function viewWith(changes: Partial<RolloutView> = {}): RolloutView {
  return {
    rollout_id: "default~prod~shop~12",
    environment: "prod",
    blueprint: "shop",
    stream: "default/prod/shop",
    attempt: 1,
    kind: "rollout",
    release: digest("11"),
    manifest: digest("22"),
    status: "open",
    phase: "exposed",
    stage: 1,
    stages: 5,
    weight_bp: 500,
    overridden: false,
    started_unix_ms: NOW - 120 * MINUTE,
    target: { release: digest("11"), manifest: digest("22"), artifact: digest("33") },
    baseline: { release: digest("44"), manifest: digest("55"), artifact: digest("66") },
    plan: PLAN,
    plan_hash: digest("77"),
    policy_bundle_hash: digest("88"),
    environment_profile_hash: digest("99"),
    preflight_report: digest("aa"),
    replay_token: digest("bb"),
    stage_entered_unix_ms: NOW - 30 * MINUTE,
    window: {
      number: 1,
      opened_unix_ms: NOW - 10 * MINUTE,
      candidate: { total: 1203, failed: 4, last_unix_ms: NOW },
      baseline: { total: 22_000, failed: 70, last_unix_ms: NOW },
    },
    next: { do: "wait", reason: "evidence" },
    approvals: { needed: ["on_call"], given: [{ role: "on_call", actor: { kind: "local", id: "ann" } }] },
    judgements: [
      { stage: 0, window: 0, result: "pass", gate_report: digest("c0"), snapshot: digest("c1") },
      {
        stage: 1,
        window: 0,
        result: "hold",
        code: "too_few_samples",
        gate_report: digest("cc"),
        snapshot: digest("dd"),
      },
    ],
    records: { first_seq: 12, last_seq: 19 },
    ...changes,
  };
}
