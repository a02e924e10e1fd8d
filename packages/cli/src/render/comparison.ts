/** Two runs side by side. */
import type { ComparedRun, ComparedRuns } from "../verbs/rollout/compare-runs.ts";
import { shortDigest } from "./rollout-list.ts";
import { columns, type Paint, printable } from "./text.ts";
import { duration } from "./time.ts";

export function renderComparison(compared: ComparedRuns, paint: Paint): string {
  const { a, b } = compared;
  const rows = ROWS.map(([name, cell]) => [name, cell(a), cell(b)].map(printable)).map(([name = "", left, right]) => [
    left === right ? " " : "~",
    name,
    left ?? "",
    right ?? "",
  ]);
  return `${columns(rows)}  ${verdictOf(compared, paint)}\n`;
}

function verdictOf(compared: ComparedRuns, paint: Paint): string {
  if (compared.outcome === "not_comparable")
    return paint("red", `NOT COMPARABLE: ${compared.differs.join(" and ")} differ`);
  if (compared.order === 0) return "neither went better";
  return paint("bold", `${compared.order < 0 ? "the first" : "the second"} went better`);
}

const ROWS: readonly (readonly [string, (run: ComparedRun) => string])[] = [
  ["rollout", (run) => `${run.rollout_id}${run.attempt > 1 ? `, attempt ${run.attempt}` : ""}`],
  ["environment", (run) => run.environment],
  ["status", (run) => `${run.status}${run.failure_code === undefined ? "" : ` (${run.failure_code})`}`],
  ["overridden", (run) => (run.overridden ? "yes" : "no")],
  ["release", (run) => shortDigest(run.release)],
  ["baseline", (run) => (run.baseline === undefined ? "none" : shortDigest(run.baseline))],
  ["duration", (run) => duration(run.ended_unix_ms - run.started_unix_ms)],
  ["recovery", (run) => (run.recovery_ms === undefined ? "-" : duration(run.recovery_ms))],
  ["windows", ({ windows }) => `${windows.pass} pass, ${windows.fail} fail, ${windows.hold} hold`],
  ["policy", (run) => shortDigest(run.policy_bundle_hash)],
  ["profile", (run) => shortDigest(run.environment_profile_hash)],
  ["report", (run) => shortDigest(run.deployment_report)],
];
