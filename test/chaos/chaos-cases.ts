/** Every chaos case by its name. */

import type { ChaosCase, ChaosReport, Extent } from "./chaos-report.ts";
import { checksumMismatch } from "./checksum-mismatch.ts";
import { partialObjects } from "./partial-objects.ts";
import { partition } from "./partition.ts";
import { truncatedTail } from "./truncated-tail.ts";

export const CASES: { readonly [name in ChaosCase]: (extent: Extent) => Promise<ChaosReport> } = {
  network_partition_primary_quorum: partition,
  artifact_store_partial_unavailable: partialObjects,
  wal_corruption_truncated_tail: truncatedTail,
  wal_corruption_checksum_mismatch: checksumMismatch,
};
