/** S1's files, written for people and scripts that read them: a projection of the ledger, never its source. */

import type { DeliverableEntry } from "@tau-edge/contract";
import type { Digest } from "@tau-edge/encoding";

export interface DeliverableFiles {
  readonly blueprint_id: string;
  readonly artifact: Digest;
  readonly manifest: Digest;
}

export interface DeploymentFiles {
  /**
   * Refuses early, before anything is written, what `refresh` would refuse later.
   * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`: the file is kept as it is
   */
  check(): Promise<void>;
  /**
   * Makes `wasm-artifacts/<blueprint>/<sha>.wasm` and `.manifest.json` (links to the objects, copies where links are
   * refused). Idempotent.
   */
  link(files: DeliverableFiles): Promise<{ readonly artifact_path: string; readonly manifest_path: string }>;
  /**
   * Brings `state.json` up to the ledger: under one exclusive lock, only if the file is behind, unknown keys kept.
   * `deliverables` is called under the lock and must read the ledger anew.
   */
  refresh(
    deliverables: () => Promise<{ readonly seq: number; readonly entries: readonly DeliverableEntry[] }>,
  ): Promise<void>;
}
