/** The human form of `inspect`: what it is, what it needs, what it can reach, what is inside. */
import type { Inspection, InterfaceFact, NestedFact } from "@tau-edge/wasm";
import { columns, grouped, type Paint, plural, printable } from "./text.ts";

const ROWS_SHOWN_MAX = 40;

export function renderInspection(inspection: Inspection, paint: Paint): string {
  return [
    renderInterfaces(inspection.interfaces, paint),
    renderOtherImports(inspection, paint),
    columns(summaryRows(inspection).map(([key, value]) => [key, printable(value)])),
  ].join("");
}

export function describeKind(inspection: Inspection): string {
  const kind = inspection.kind.replace("_", " ");
  return inspection.roles.length === 0 ? kind : `${kind} (${inspection.roles.join(", ").replaceAll("_", " ")})`;
}

function renderInterfaces(interfaces: readonly InterfaceFact[], paint: Paint): string {
  if (interfaces.length === 0) return "";
  const rows = interfaces.slice(0, ROWS_SHOWN_MAX).map((fact) => {
    const note = fact.known ? "" : fact.namespace === "wasi" ? "not in the WASI tables" : "";
    return [printable(fact.name), plural(fact.functions.length, "function"), note];
  });
  return `\n${paint("bold", "  imports interfaces")}\n${columns(rows, "    ")}${more(interfaces.length)}\n`;
}

/** What is imported beside interfaces: plain functions and types of a component, other modules of a module. */
function renderOtherImports(inspection: Inspection, paint: Paint): string {
  const interfaces = new Set(inspection.interfaces.map((fact) => fact.name));
  const others = inspection.imports.filter(
    (found) =>
      !interfaces.has(found.effective_name) && !interfaces.has(found.effective_name + (found.version_suffix ?? "")),
  );
  if (others.length === 0) return "";
  const counts = new Map<string, number>();
  for (const found of others) {
    const name = `${printable(JSON.stringify(found.name).slice(1, -1))}\t${found.kind}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const rows = [...counts].slice(0, ROWS_SHOWN_MAX).map(([name, count]) => {
    const [label = "", kind = ""] = name.split("\t");
    return [label === "" ? '""' : label, plural(count, kind.replace("_", " "))];
  });
  return `\n${paint("bold", "  imports")}\n${columns(rows, "    ")}${more(counts.size)}\n`;
}

function more(count: number): string {
  return count > ROWS_SHOWN_MAX ? `    … and ${count - ROWS_SHOWN_MAX} more\n` : "";
}

function summaryRows(inspection: Inspection): readonly (readonly [string, string])[] {
  const { metadata, nested } = inspection;
  const rows: [string, string][] = [
    ["can reach", reach(inspection)],
    ["exports", grouped(inspection.export_count)],
  ];
  if (nested.length > 0) rows.push(["inside", describeNested(nested)]);
  if (inspection.features !== undefined) rows.push(["features", inspection.features.join(", ") || "none beyond 1.0"]);
  if (metadata.name !== undefined) rows.push(["name", metadata.name]);
  const made = metadata.producers.flatMap((field) =>
    field.values.map(({ name, version }) => (version === "" ? name : `${name} ${version}`)),
  );
  if (made.length > 0) rows.push(["made with", made.join(", ")]);
  if (metadata.dependencies !== undefined) rows.push(["depends on", plural(metadata.dependencies.length, "package")]);
  if (inspection.warnings.length > 0)
    rows.push(["notes", [...new Set(inspection.warnings.map((warning) => warning.code))].join(", ")]);
  return rows;
}

function reach({ capabilities, imports }: Inspection): string {
  if (imports.length === 0) return "nothing: it imports nothing";
  return capabilities.join(", ") || "nothing that the WASI tables know of";
}

function describeNested(nested: readonly NestedFact[]): string {
  const modules = nested.filter((fact) => fact.kind === "module").length;
  const largest = nested.reduce((most, fact) => (fact.size_bytes > most.size_bytes ? fact : most));
  const parts = [plural(modules, "module"), plural(nested.length - modules, "component")];
  return `${parts.join(", ")}; the largest, ${largest.path}, has ${plural(largest.size_bytes, "byte")}`;
}
