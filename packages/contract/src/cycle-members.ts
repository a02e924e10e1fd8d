/** What a runner puts into `state.json`: everything in it that follows from its cycles. */
import type { DeploymentHealth } from "./health.ts";
import type { LedgerPosition } from "./state-stamp.ts";

/** Each part is iterated once, while the file is written: none of them is ever whole in memory. */
export interface CycleMembers {
  /** The record of the stream of cycles that these parts are up to. */
  readonly position: LedgerPosition;
  /** In the order in which they were processed. */
  readonly processed_case_keys: Iterable<string>;
  /** JSON texts as `rolloutText` writes them, or as they were imported; by case key in the order of UTF-8 bytes. */
  readonly rollouts: Iterable<string>;
  /** JSON texts as `failedCaseText` writes them, or as they were imported; ordered in the same way. */
  readonly failed_cases: Iterable<string>;
  readonly health: DeploymentHealth;
  /**
   * The digest `StateFacts.cycles_sha256` of the file that was imported last. A file that no runner of ours has written yet, and
   * that shows cycles, is only replaced when it is that one.
   */
  readonly imported_sha256?: string;
}

/** What the original's cycles left is in the ledger now, and stays in the file as it stands. */
export interface AdoptedCycles {
  /** The record that says so. */
  readonly position: LedgerPosition;
  /** `StateFacts.cycles_sha256` of what was imported. */
  readonly imported_sha256: string;
}
