/** The human form of each report. */
import type { ArtifactReport, DiffReport, ManifestReport, PackageReport } from "@tau-edge/control";
import { describeKind, renderInspection } from "./inspection.ts";
import { columns, grouped, type Paint, plural, printable } from "./text.ts";
import { renderDeep, renderMalformation, renderVerdict } from "./verdict.ts";

export function renderArtifact(report: ArtifactReport, paint: Paint): string {
  return `${paint("bold", printable(report.file))}\n${artifactBody(report, paint)}`;
}

function artifactBody(report: Omit<ArtifactReport, "file">, paint: Paint): string {
  const rows = [
    ...(report.inspection === undefined ? [] : [["kind", describeKind(report.inspection)]]),
    ["size", plural(report.size_bytes, "byte")],
    ["digest", report.artifact],
    ...(report.deep === undefined ? [] : [["validated", renderDeep(report.deep)]]),
  ];
  return [
    columns(rows),
    report.error === undefined ? "" : renderMalformation(report.error, paint),
    report.inspection === undefined ? "" : renderInspection(report.inspection, paint),
    renderVerdict(report, "file" in report ? String(report.file) : "", paint),
  ].join("");
}

export function renderManifest(report: ManifestReport, paint: Paint): string {
  const { claims } = report;
  const rows = [
    ["manifest", report.manifest],
    ["written by", report.written_by === "tau_edge" ? "tau-edge" : "the original"],
    ["blueprint", printable(claims.blueprint_id)],
    ["runtime", claims.runtime_profile],
    ["artifact", printable(report.artifact_file)],
  ];
  const holds = report.holds
    ? `  ${paint("green", "every claim holds")}\n`
    : `  ${paint("red", "THE MANIFEST DOES NOT MATCH ITS ARTIFACT")}\n`;
  const mismatches = report.mismatches.map(
    ({ code, at, fatal }) => `  ${paint(fatal ? "red" : "dim", fatal ? "x" : "i")} ${code} at ${printable(at)}\n`,
  );
  return `${paint("bold", printable(report.file))}\n${columns(rows)}${holds}${mismatches.join("")}${artifactBody(report, paint)}`;
}

export function renderPackage(report: PackageReport, paint: Paint): string {
  const title = `${paint("bold", printable(report.file))} ${outcomeWords(report)}\n`;
  const rows = [
    ["artifact", `${report.artifact} (${plural(report.size_bytes, "byte")})`],
    ...(report.manifest === undefined ? [] : [["manifest", report.manifest]]),
    ...(report.artifact_path === undefined ? [] : [["file", printable(report.artifact_path)]]),
    ...(report.record === undefined ? [] : [["record", `${report.record.stream} #${report.record.seq}`]]),
    ...(report.deep.reason === "not_asked" ? [] : [["validated", renderDeep(report.deep)]]),
  ];
  return [
    title,
    columns(rows),
    report.error === undefined ? "" : renderMalformation(report.error, paint),
    report.outcome === "refused" || report.reasons.length > 0 ? renderVerdict(report, report.file, paint) : "",
  ].join("");
}

function outcomeWords({ outcome, blueprint_id }: PackageReport): string {
  switch (outcome) {
    case "packaged":
      return `packaged as ${blueprint_id}`;
    case "unchanged":
      return `is already the newest of ${blueprint_id}; nothing was recorded`;
    case "would_package":
      return `would be packaged as ${blueprint_id}; nothing was written`;
    case "refused":
      return "refused; nothing was written";
  }
}

export function renderDiff(report: DiffReport, paint: Paint): string {
  const head = `${paint("bold", printable(report.before.file))} -> ${paint("bold", printable(report.after.file))}\n`;
  if (report.same_bytes) return `${head}  the same bytes\n`;
  const { before, after, delta } = report.size_bytes;
  const size = `  size ${grouped(before)} -> ${grouped(after)} (${delta >= 0 ? "+" : ""}${delta})\n`;
  const kind = report.kind.before === report.kind.after ? "" : `  kind ${report.kind.before} -> ${report.kind.after}\n`;
  const parts = (["capabilities", "interfaces", "functions", "features", "imports", "exports", "roles"] as const).map(
    (name) => renderChange(name, report[name], paint),
  );
  const versions = report.versions.map(
    (change) => `  ~ ${printable(change.interface)}: ${printable(change.before)} -> ${printable(change.after)}\n`,
  );
  const gains = report.gains_capability
    ? `  ${paint("yellow", "the second can reach something that the first cannot")}\n`
    : "  the second can reach nothing that the first cannot\n";
  return `${head}${kind}${size}${parts.join("")}${versions.join("")}${gains}`;
}

const CHANGES_SHOWN_MAX = 20;

function renderChange(name: string, change: DiffReport["imports"] | undefined, paint: Paint): string {
  if (change === undefined || change.gained.length + change.lost.length === 0) return "";
  const list = (sign: string, style: "green" | "red", names: readonly string[]) =>
    names
      .slice(0, CHANGES_SHOWN_MAX)
      .map((entry) => `    ${paint(style, sign)} ${printable(entry)}\n`)
      .join("") +
    (names.length > CHANGES_SHOWN_MAX ? `    ${sign} … and ${names.length - CHANGES_SHOWN_MAX} more\n` : "");
  return `  ${name}\n${list("+", "green", change.gained)}${list("-", "red", change.lost)}`;
}
