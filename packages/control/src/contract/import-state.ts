/** Takes over what the original left: its state into the ledger, once and whole, and its other files to their places. */
import type { Actor } from "@tau-edge/ledger";
import type { FileTree } from "@tau-edge/ports";
import type { CyclePorts } from "./cycle-ports.ts";
import type { CycleRecordPlace } from "./cycle-report.ts";

export interface ImportRequest {
  readonly actor: Actor;
  /** A tree of the original that is to be copied first; absent: what stands in the state directory already. */
  readonly from?: FileTree;
  readonly accept_clock?: boolean;
}

export interface ImportReport {
  /** `unchanged`: it was imported before, or a cycle of ours has written it since. `nothing`: no cycle ever left anything. */
  readonly outcome: "imported" | "unchanged" | "nothing";
  readonly processed_case_count: number;
  readonly rollout_count: number;
  readonly failed_case_count: number;
  /** Relative to the state directory; what stood there already with the same bytes is not among them. */
  readonly copied_files: readonly string[];
  readonly record?: CycleRecordPlace;
}

/** Of the state directory. */
export interface ImportPorts extends CyclePorts {
  readonly tree: FileTree;
}

/** @throws PortError `state_corrupt`, `state_newer`, `state_foreign` (something else stands where a file would go), and what stores throw */
export async function importState(_request: ImportRequest, _ports: ImportPorts): Promise<ImportReport> {
  throw new TypeError("not written yet");
}
