/** Two runs side by side. */
import type { ComparedRun, Comparison } from "../verbs/rollout/compare-runs.ts";
import { shortDigest } from "./rollout-list.ts";
import { columns, type Paint, printable } from "./text.ts";
import { duration } from "./time.ts";

export function renderComparison({ a, b, comparable, conditions_differ }: Comparison, paint: Paint): string {
  const rows = ROWS.map(([name, cell]) => [name, cell(a), cell(b)].map(printable)).map(([name = "", left, right]) => [
    left === right ? " " : "~",
    name,
    left ?? "",
    right ?? "",
  ]);
  const verdict = comparable
    ? paint("green", "the same policy in the same environment")
    : paint("red", `NOT COMPARABLE: ${conditions_differ.join(" and ")} differ`);
  return `${columns(rows)}  ${verdict}\n`;
}

const ROWS: readonly (readonly [string, (run: ComparedRun) => string])[] = [
  ["rollout", (run) => `${run.rollout_id}${run.attempt > 1 ? `, attempt ${run.attempt}` : ""}`],
  ["environment", (run) => run.environment],
  ["status", (run) => `${run.status}${run.failure_code === undefined ? "" : ` (${run.failure_code})`}`],
  ["overridden", (run) => (run.overridden ? "yes" : "no")],
  ["release", (run) => shortDigest(run.release)],
  ["baseline", (run) => (run.baseline === undefined ? "none" : shortDigest(run.baseline))],
  ["duration", (run) => duration(run.duration_ms)],
  ["recovery", (run) => (run.recovery_ms === undefined ? "-" : duration(run.recovery_ms))],
  ["windows", ({ windows }) => `${windows.pass} pass, ${windows.fail} fail, ${windows.hold} hold`],
  ["policy", (run) => shortDigest(run.policy_bundle_hash)],
  ["profile", (run) => shortDigest(run.environment_profile_hash)],
  ["report", (run) => shortDigest(run.deployment_report)],
];
