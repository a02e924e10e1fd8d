/** The human form of `rollout plan`: what it costs, what it is worth, and what stands against it. */
import type { Estimate, Finding, Plan, StageEstimate } from "@tau-edge/rollout";
import { percentOfBp, percentOfPpm } from "./share.ts";
import { columns, grouped, type Paint, printable } from "./text.ts";
import { duration } from "./time.ts";

export interface PlanReport {
  readonly schema_version: 1;
  readonly file: string;
  readonly plan_hash: string;
  readonly policy_bundle_hash: string;
  readonly refused: boolean;
  readonly findings: readonly Finding[];
  readonly estimate: Estimate;
}

export function renderPlan(report: PlanReport, plan: Plan, paint: Paint): string {
  const { estimate } = report;
  const rows = [
    ["plan", report.plan_hash],
    ["policy", report.policy_bundle_hash],
    ["release", plan.release],
    ["manifest", plan.manifest],
    ["baseline", plan.baseline],
    ["least time to promote", `${duration(estimate.promote_ms)}; waits for people and maintenance windows come on top`],
    ["time to roll back", timeToRollBack(estimate)],
    ["rolls back an equal release", `in ${percentOfPpm(estimate.rollback_equal_ppm)} of rollouts, by chance alone`],
  ];
  const where = `${plan.blueprint} to ${plan.environments.join(", ")}`;
  return [
    `${paint("bold", printable(report.file))} takes ${where}\n`,
    columns(rows),
    `\n${stageTable(estimate, paint)}`,
    renderFindings(report, paint),
  ].join("");
}

/** The worst stage: what an operator has to sit through. */
function timeToRollBack({ stages }: Estimate): string {
  const longest = (pick: (stage: StageEstimate) => number | undefined) =>
    Math.max(...stages.map((stage) => pick(stage) ?? -1));
  const failing = longest((stage) => stage.stop_failing_ms);
  if (failing < 0) return "no gate stops by failures";
  const twice = longest((stage) => stage.stop_twice_ms);
  const words = `at most ${duration(failing)} when everything fails`;
  return twice < 0 ? words : `${words}, ${duration(twice)} at twice the limit`;
}

function stageTable({ stages }: Estimate, paint: Paint): string {
  const head = ["stage", "weight", "least time", "samples", "all fail", "twice", "equal rolled back", "twice passes"];
  const rows = stages.map((stage, at) => [
    at === stages.length - 1 ? "watch" : String(stage.stage),
    percentOfBp(stage.weight_bp),
    duration(stage.duration_ms) + (stage.windows > 1 ? ` in ${stage.windows} windows` : ""),
    grouped(stage.candidate_samples),
    stage.stop_failing_ms === undefined ? "-" : duration(stage.stop_failing_ms),
    stage.stop_twice_ms === undefined ? "-" : duration(stage.stop_twice_ms),
    percentOfPpm(stage.rollback_equal_ppm),
    stage.pass_twice_ppm === undefined ? "-" : percentOfPpm(stage.pass_twice_ppm),
  ]);
  const note = "  all fail, twice: until a release that always fails, or fails twice as often as allowed, is stopped\n";
  return columns([head, ...rows]) + paint("dim", note);
}

function renderFindings({ findings, refused }: PlanReport, paint: Paint): string {
  const lines = findings.map((found) => renderFinding(found, paint)).join("");
  const verdict = refused ? paint("red", "REFUSED: it will not be started") : paint("green", "may be started");
  return `\n  ${verdict}\n${lines}`;
}

export function renderFinding({ rule, refuses, at, detail, remedy }: Finding, paint: Paint): string {
  const mark = refuses ? paint("red", "x") : paint("dim", "i");
  const head = `  ${mark} ${paint("bold", rule)} at ${printable(at)}: ${printable(detail)}\n`;
  return `${head}      ${paint("dim", "->")} ${printable(remedy)}\n`;
}
