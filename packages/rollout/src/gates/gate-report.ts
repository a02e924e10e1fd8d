/**
 * What a verdict found, gate by gate. The object is `CBOR(["gate_report_v1", …])`; its digest is S3's
 * `gate_report_hash`.
 */
import type { Digest } from "@tau-edge/encoding";
import { keysOf } from "../keys-of.ts";

export const VERDICT_RESULTS = ["pass", "fail", "hold"] as const;
export type VerdictResult = (typeof VERDICT_RESULTS)[number];

/** Why a gate neither passes nor fails: one code for each kind of missing evidence. */
export const HOLD_CODES = {
  no_data: "Nothing was observed.",
  too_few_samples: "Fewer observations than min_samples.",
  stale_window: "No observation for longer than max_silence_ms.",
  source_unreachable: "The counters could not be read.",
  lane_silent: "A lane has no observation at all.",
  dwell_unmet: "The window was open for less than min_dwell_ms.",
  baseline_missing: "There is no frozen window of the baseline.",
  baseline_no_data: "Nothing was observed of the baseline.",
  baseline_too_few_samples: "Fewer observations of the baseline than min_samples.",
  check_unreachable: "An external check could not be run.",
  check_missing: "The snapshot has no result of an external check.",
} as const;
export type HoldCode = keyof typeof HOLD_CODES;

export function isHoldCode(code: string): code is HoldCode {
  return Object.hasOwn(HOLD_CODES, code);
}

export const FAIL_CODES = {
  error_rate_breached: "More failures than the limit allows.",
  p95_latency_breached: "The 95th percentile is slower than the baseline's by more than the limit.",
  replay_diverged: "An earlier verdict came out different when it was computed again.",
  check_failed: "An external check failed.",
  value_not_finite: "A frozen value is NaN or infinite.",
  counter_overflow: "A counter passed 2^53-1.",
} as const;
export type FailCode = keyof typeof FAIL_CODES;

export function isFailCode(code: string): code is FailCode {
  return Object.hasOwn(FAIL_CODES, code);
}

/** All that a verdict can be explained by. */
export const VERDICT_CODES = [...keysOf(HOLD_CODES), ...keysOf(FAIL_CODES)] as const;

/** A pass has no code; everything else has one of its own kind. */
export function codeFits(result: VerdictResult, code: string | undefined): boolean {
  if (result === "pass" || code === undefined) return result === "pass" && code === undefined;
  return result === "fail" ? isFailCode(code) : isHoldCode(code);
}

export const FINDING_RESULTS = ["pass", "fail", "hold", "not_applicable"] as const;

export interface GateFinding {
  readonly gate: string;
  readonly result: (typeof FINDING_RESULTS)[number];
  readonly code?: HoldCode | FailCode;
  /**
   * The compared number as a fraction, exactly as it was counted. Of an error rate that is breached before there are
   * min_samples, the denominator is min_samples: what is missing is taken as good.
   */
  readonly numerator?: number;
  readonly denominator?: number;
  /** The compared number and its limit, each 8 bytes of big-endian binary64. */
  readonly value_f64?: Uint8Array;
  readonly limit_f64?: Uint8Array;
}

export interface GateReport {
  readonly v: 1;
  readonly policy_version: 1;
  readonly rollout_id: string;
  readonly attempt: number;
  readonly stage: number;
  readonly window: number;
  readonly metrics_snapshot: Digest;
  /** The snapshot of the baseline that was compared with, and whether it is of the same time. */
  readonly baseline?: { readonly snapshot: Digest; readonly concurrent: boolean };
  readonly result: VerdictResult;
  /** What decided: of a failure the first, of a hold the first of the window before those of the gates. */
  readonly code?: HoldCode | FailCode;
  /** What is wrong with the window itself, whatever gates there are. */
  readonly window_findings: readonly (HoldCode | FailCode)[];
  /** In the order of the policy. */
  readonly findings: readonly GateFinding[];
}
