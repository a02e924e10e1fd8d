/** What came out when a rollout was computed again. */
import type { ReplayReport } from "@tau-edge/control";
import { columns, type Paint, plural, printable } from "./text.ts";

export function renderReplay(report: ReplayReport, paint: Paint): string {
  return `${paint("bold", printable(report.rollout_id))} ${outcome(report, paint)}${comparison(report, paint)}`;
}

function outcome(report: ReplayReport, paint: Paint): string {
  switch (report.result) {
    case "same": {
      const counts = [
        plural(report.attempts, "attempt"),
        plural(report.records, "record"),
        plural(report.verdicts, "verdict"),
      ];
      const rows = [
        ["computed again", counts.join(", ")],
        ["trace root", report.trace_root],
        ["replay token", report.replay_token],
      ];
      return `${paint("green", "same")}\n${columns(rows)}`;
    }
    case "differs": {
      const rows = [
        ["record", `#${report.seq}, ${printable(report.field)}`],
        ["recorded", printable(report.recorded)],
        ["recomputed", printable(report.recomputed)],
      ];
      return `${paint("red", "DIFFERS")}: the record does not follow from its evidence\n${columns(rows)}`;
    }
    case "not_replayable":
      return gone(report, paint);
  }
}

function gone(report: Extract<ReplayReport, { result: "not_replayable" }>, paint: Paint): string {
  const { missing, seq, field, collected_by } = report;
  const rows = [
    ["missing", missing],
    ["named by", `record #${seq}, ${printable(field)}`],
  ];
  if (collected_by === undefined)
    return `${paint("red", "NOT REPLAYABLE")}: evidence is lost, and no record says that it was collected\n${columns(rows)}`;
  const by = `${printable(collected_by.stream)} #${collected_by.seq}`;
  return `${paint("yellow", "not replayable")}: evidence was collected\n${columns([...rows, ["collected by", by]])}`;
}

function comparison({ against }: ReplayReport, paint: Paint): string {
  if (against === undefined) return "";
  if (against.result === "same") return `  ${paint("green", "the same transitions as the other trace")}\n`;
  const rows = [
    ["at", printable(against.at)],
    ["other trace", printable(against.golden)],
    ["this one", printable(against.actual)],
  ];
  return `  ${paint("red", "DIFFERS FROM THE OTHER TRACE")}\n${columns(rows, "    ")}`;
}
