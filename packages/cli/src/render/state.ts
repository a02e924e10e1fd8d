/** What was taken over from the original, or given back, for people. */
import type { ExportReport, ImportReport } from "@tau-edge/control";
import { columns, grouped, type Paint, plural, printable } from "./text.ts";

export function renderImport(report: ImportReport, stateDir: string, paint: Paint): string {
  const { outcome, record, copied_files } = report;
  const head = `${paint(outcome === "imported" ? "green" : "dim", IMPORT_WORDS[outcome])}  ${printable(stateDir)}\n`;
  const rows = [
    ["rollouts", grouped(report.rollout_count)],
    ["done cases", grouped(report.processed_case_count)],
    ["failed cases", grouped(report.failed_case_count)],
    ["copied", plural(copied_files.length, "file")],
    ...(record === undefined ? [] : [["record", `${printable(record.stream)}#${record.seq}`]]),
  ];
  return `${head}${columns(rows)}`;
}

const IMPORT_WORDS: { readonly [outcome in ImportReport["outcome"]]: string } = {
  imported: "imported",
  unchanged: "unchanged: it was imported before, or a cycle has written it since",
  nothing: "nothing to import: no cycle has left anything there",
};

export function renderExport({ files, state }: ExportReport, directory: string, paint: Paint): string {
  const head = `${paint("green", `exported ${plural(files.length, "file")}`)}  ${printable(directory)}\n`;
  return `${head}${columns([["state.json", STATE_WORDS[state]]])}`;
}

const STATE_WORDS: { readonly [state in ExportReport["state"]]: string } = {
  none: "none: there was none",
  imported: "byte for byte what was imported",
  written: "written for the original, without what is ours",
};
