/** One cycle of the contract runner: what it found, what it did, and whether anything may be promoted on that. */
import { keyValueLine } from "@tau-edge/contract";
import type { CycleFailure, CycleReport, LadderReport, LadderRung } from "@tau-edge/control";
import { renderGate } from "./gate.ts";
import { columns, grouped, type Paint, plural, printable } from "./text.ts";

export function renderCycle(report: CycleReport, paint: Paint): string {
  const { fixture, record } = report;
  const place = record === undefined ? "dry run, nothing was written" : `${record.stream}#${record.seq}`;
  const head = `${paint("bold", printable(fixture.name))}  ${printable(fixture.file)}  ${printable(place)}\n`;
  const codes = report.reason_codes.join(", ");
  const rows = [
    ["cases", casesWords(report)],
    ["outcomes", outcomeWords(report)],
    ["codes", printable(codes)],
  ];
  const gate = renderGate(report, paint);
  return `${head}${columns(rows)}${gate}${renderFailures(report, paint)}`;
}

function casesWords(report: CycleReport): string {
  const { discovered_cases, queued_cases, duplicate_skips, backlog_cases } = report;
  const done = duplicate_skips === 0 ? "" : `, ${grouped(duplicate_skips)} done before`;
  const waiting = backlog_cases === 0 ? "" : `, ${grouped(backlog_cases)} left for the next cycle`;
  return `${plural(discovered_cases, "case")}, ${grouped(queued_cases)} tried${done}${waiting}`;
}

function outcomeWords(report: CycleReport): string {
  const { applied_cases, wasm_rollouts, cloud_rollouts, malformed_cases, failed_cases, retry_attempts } = report;
  const kinds = applied_cases === 0 ? "" : ` (${grouped(wasm_rollouts)} wasm, ${grouped(cloud_rollouts)} cloud)`;
  const retried = retry_attempts === 0 ? "" : `, ${plural(retry_attempts, "retry").replace(/retrys$/, "retries")}`;
  return `${grouped(applied_cases)} applied${kinds}, ${grouped(malformed_cases)} malformed, ${grouped(failed_cases)} failed${retried}`;
}

function renderFailures({ failures, failures_left_out }: CycleReport, paint: Paint): string {
  const more = failures_left_out === 0 ? "" : `  … and ${grouped(failures_left_out)} more\n`;
  return `${failures.map((failure) => renderFailure(failure, paint)).join("")}${more}`;
}

function renderFailure(failure: CycleFailure, paint: Paint): string {
  const { case_id, outcome, status_code, error_code, reason, detail, attempts, mismatch } = failure;
  const tries = attempts > 1 ? ` after ${attempts} tries` : "";
  const result = [String(status_code), error_code, reason].filter((word) => word !== "").join(" ");
  const head = `  ${paint("red", "x")} ${printable(case_id)}  ${outcome}${tries}  ${printable(result)}\n`;
  const lines = [
    ...(mismatch === undefined
      ? []
      : [`expected ${mismatch.field} ${printable(mismatch.expected)}, got ${printable(mismatch.actual)}`]),
    ...(detail === "" ? [] : [printable(detail)]),
  ];
  return `${head}${lines.map((line) => `      ${line}\n`).join("")}`;
}

/** S1's six figures, in S1's words: what one looks at before the next, larger fixture. */
export function renderRung({ figures }: LadderRung): string {
  return figures === undefined ? "" : `  ${keyValueLine({ ...figures })}\n`;
}

export function renderLadderEnd({ outcome, rungs, not_run }: LadderReport, paint: Paint): string {
  const climbed = rungs.length - (outcome === "climbed" ? 0 : 1);
  const head = `${plural(climbed, "rung")} climbed`;
  if (outcome === "climbed") return `${paint("green", head)}\n`;
  const rest = not_run.length === 0 ? "" : `; not run: ${not_run.map(printable).join(", ")}`;
  return `${head}, ${paint("red", outcome)} at ${printable(rungs.at(-1)?.file ?? "")}${rest}\n`;
}
