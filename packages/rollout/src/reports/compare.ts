/**
 * Which of two runs went better? S3's total preorder (0.A, section 7): first how it ended, then how long recovery took,
 * then how long all of it took; less is better, and what is never reached is worst.
 */
import { EPS_EQ } from "../gates/within-limit.ts";
import type { FinalStatus } from "../trace/trace-body.ts";
import type { DeploymentReport } from "./deployment-report.ts";

export type Comparison =
  /** -1: the first went better. 0: neither did. 1: the second did. */
  | { readonly outcome: "compared"; readonly order: -1 | 0 | 1 }
  /** They were judged by other rules, or elsewhere. */
  | { readonly outcome: "not_comparable"; readonly differs: readonly Criterion[] };

const CRITERIA = ["policy_bundle_hash", "environment_profile_hash"] as const;
export type Criterion = (typeof CRITERIA)[number];

type Ended = Pick<DeploymentReport, Criterion | "status" | "recovery_ms" | "started_unix_ms" | "ended_unix_ms">;

const RANKS: { readonly [status in FinalStatus]: number } = { success: 0, rolled_back: 1, failed: 2 };

export function compareReports(a: Ended, b: Ended): Comparison {
  const differs = CRITERIA.filter((criterion) => a[criterion] !== b[criterion]);
  if (differs.length > 0) return { outcome: "not_comparable", differs };
  const left = measuresOf(a);
  const right = measuresOf(b);
  for (const [index, measure] of left.entries()) {
    const order = compare(measure, right[index] ?? measure);
    if (order !== 0) return { outcome: "compared", order };
  }
  return { outcome: "compared", order: 0 };
}

function measuresOf({ status, recovery_ms, started_unix_ms, ended_unix_ms }: Ended): readonly number[] {
  // A success has nothing to recover from; what failed and proved no health has never recovered.
  const recovery = recovery_ms ?? (status === "success" ? 0 : Number.POSITIVE_INFINITY);
  return [RANKS[status], recovery, ended_unix_ms - started_unix_ms];
}

function compare(a: number, b: number): -1 | 0 | 1 {
  if (a === b || Math.abs(a - b) <= EPS_EQ) return 0;
  return a < b ? -1 : 1;
}
