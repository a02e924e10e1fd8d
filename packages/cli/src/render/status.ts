/** What is rolled out and how the cycles went, for people. */
import type { OperatorSummary, StatusView, TransportHealthRow } from "@tau-edge/contract";
import { renderGate } from "./gate.ts";
import { columns, grouped, type Paint, plural, printable } from "./text.ts";

export function renderHealth(row: TransportHealthRow, paint: Paint): string {
  const { queue_depth, failure_streak, last_cycle_discovered, last_cycle_completed, last_cycle_failed } = row.health;
  const cycle = `${plural(last_cycle_discovered, "case")}, ${grouped(last_cycle_completed)} completed, ${grouped(last_cycle_failed)} failed`;
  const rows = [
    ["last cycle", cycle],
    ["waiting", plural(queue_depth, "case")],
    ["streak", plural(failure_streak, "failed cycle")],
  ];
  return `${renderGate({ ...row, freshness: row }, paint)}${columns(rows)}`;
}

export function renderStatus(view: StatusView, paint: Paint): string {
  const rows = [
    ["rollouts", rolloutWords(view)],
    ["targets", countWords(view.target_counts)],
    ["profiles", countWords(view.runtime_profile_counts)],
    ["environments", countWords(view.environment_counts)],
    ["outcomes", countWords(view.outcome_counts)],
    ["errors", countWords(view.error_code_counts)],
    ["cycles", cycleWords(view)],
    ["last cycle", view.last_reason_codes.map(printable).join(", ") || "none"],
    ["waiting", plural(view.health.queue_depth, "case")],
    ...(view.state_behind ? [["behind", "state.json does not show the last cycle yet; the next one catches up"]] : []),
  ];
  return `${printable(view.state_path)}\n${renderGate({ ...view, freshness: view }, paint)}${columns(rows)}`;
}

export function renderOperatorSummary(summary: OperatorSummary, paint: Paint): string {
  const passes = summary.rollout_gate === "pass";
  const head = `${paint(passes ? "green" : "red", summary.rollout_gate)}  ${summary.reason_codes.map(printable).join(", ")}\n`;
  const rows = summary.components.map(({ component, health_state, rollout_gate, reason_code, health_reason }) => [
    component,
    health_state,
    rollout_gate,
    printable(reason_code),
    printable(health_reason),
  ]);
  const actions = summary.recommendations.map((text) => `  -> ${printable(text)}\n`).join("");
  return `${head}${columns(rows)}${actions}`;
}

function rolloutWords(view: StatusView): string {
  const { rollout_count, wasm_rollout_count, cloud_rollout_count, total_replicas, failed_case_count } = view;
  const failed = failed_case_count === 0 ? "" : `, ${plural(failed_case_count, "case")} not rolled out`;
  return `${grouped(rollout_count)} (${grouped(wasm_rollout_count)} wasm, ${grouped(cloud_rollout_count)} cloud), ${plural(total_replicas, "replica")}${failed}`;
}

function cycleWords({ cycle_reports, invalid_cycle_reports }: StatusView): string {
  const invalid =
    invalid_cycle_reports === 0 ? "" : `, and ${plural(invalid_cycle_reports, "line")} that cannot be read`;
  return `${grouped(cycle_reports)}${invalid}`;
}

function countWords(counts: Readonly<Record<string, number>>): string {
  const words = Object.entries(counts).map(([word, count]) => `${printable(word)} ${grouped(count)}`);
  return words.join(", ") || "none";
}
