/** Writes a tree as the original has it: its layout, its keys, nothing of ours. */
import type { FileTree, LedgerReader, ObjectReader } from "@tau-edge/ports";

export interface ExportPorts {
  /** Of the state directory. */
  readonly tree: FileTree;
  readonly ledger: LedgerReader;
  readonly objects: ObjectReader;
  /** Where to. */
  readonly into: FileTree;
}

export interface ExportReport {
  /** Relative to the target, sorted. */
  readonly files: readonly string[];
  /** `imported`: byte for byte what was imported, because nothing has happened since. */
  readonly state: "none" | "imported" | "written";
}

/** @throws PortError `state_foreign` when something else stands where a file would go, and what stores throw */
export async function exportState(_ports: ExportPorts): Promise<ExportReport> {
  throw new TypeError("not written yet");
}
