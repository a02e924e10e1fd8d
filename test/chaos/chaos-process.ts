// Runs one chaos case in a process of its own, and prints its report as one line of JSON.
// Arguments: the case, and `short` or `full`.
import { fileURLToPath } from "node:url";
import type { ChaosCase, ChaosReport, Extent } from "./chaos-report.ts";
import { checksumMismatch } from "./checksum-mismatch.ts";
import { partialObjects } from "./partial-objects.ts";
import { partition } from "./partition.ts";
import { truncatedTail } from "./truncated-tail.ts";

export const CHAOS_PROCESS = fileURLToPath(import.meta.url);

const CASES: { readonly [name in ChaosCase]: (extent: Extent) => Promise<ChaosReport> } = {
  network_partition_primary_quorum: partition,
  artifact_store_partial_unavailable: partialObjects,
  wal_corruption_truncated_tail: truncatedTail,
  wal_corruption_checksum_mismatch: checksumMismatch,
};

if (process.argv[1] === CHAOS_PROCESS) {
  const [name = "", extent] = process.argv.slice(2);
  const found = Object.entries(CASES).find(([known]) => known === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  process.stdout.write(`${JSON.stringify(await found[1](extent === "full" ? "full" : "short"))}\n`);
}
