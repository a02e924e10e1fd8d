/** The schemas of a state directory, and what a migration did, for people. */
import type { MigrationPlan, MigrationReport, UndoReport } from "@tau-edge/control";
import { columns, grouped, type Paint, printable } from "./text.ts";

export function renderMigrationPlan(plan: MigrationPlan, stateDir: string, paint: Paint): string {
  const rows = plan.stores.map(({ store, path, found, writes }) => [
    store,
    printable(path),
    found === undefined ? "not there yet" : `schema ${found}`,
    found === undefined || found === writes ? "" : paint("yellow", `-> ${writes}`),
  ]);
  const next =
    plan.steps.length === 0
      ? "Nothing to do: every store that is there has the schema that this version writes.\n"
      : `\`tau-edge migrate run --state-dir ${printable(stateDir)}\` does it, and \`migrate undo\` gives this state back.\n`;
  return `${printable(stateDir)}\n${columns(rows)}${next}`;
}

export function renderMigration(report: MigrationReport, stateDir: string, paint: Paint): string {
  const { outcome, steps, records, streams, tree_hash, undo, record } = report;
  if (outcome === "nothing") return `${paint("dim", OUTCOMES[outcome])}  ${printable(stateDir)}\n`;
  const rows = [
    ...steps.map(({ store, from, to }) => [store, `schema ${from} -> ${to}`]),
    ["verified", `records: ${grouped(records ?? 0)}, streams: ${grouped(streams ?? 0)}`],
    ["tree before", tree_hash ?? ""],
    ...(undo === undefined ? [] : [["undo", printable(undo)]]),
    ...(record === undefined ? [] : [["record", `${printable(record.stream)}#${record.seq}`]]),
  ];
  return `${paint("green", OUTCOMES[outcome])}  ${printable(stateDir)}\n${columns(rows)}`;
}

export function renderUndo({ outcome, from, to, tree_hash }: UndoReport, stateDir: string, paint: Paint): string {
  const rows = [
    ["ledger", `schema ${from} -> ${to}`],
    ["tree", tree_hash],
  ];
  return `${paint("green", OUTCOMES[outcome])}  ${printable(stateDir)}\n${columns(rows)}`;
}

const OUTCOMES: { readonly [outcome in MigrationReport["outcome"] | UndoReport["outcome"]]: string } = {
  migrated: "migrated",
  nothing: "nothing to migrate",
  would_migrate: "would be migrated, every check passes",
  undone: "undone",
  would_undo: "would be undone, every check passes",
};
