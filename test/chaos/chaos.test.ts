/** S3's chaos cases, each a little of it. `npm run campaign:chaos` injects everything. */
import { describe, expect, it } from "vitest";
import { CASES } from "./chaos-cases.ts";
import { CHAOS_CASES, type ChaosCase } from "./chaos-report.ts";

/** What must have been noticed, whatever else was. */
const NOTICED: { readonly [name in ChaosCase]: readonly string[] } = {
  network_partition_primary_quorum: ["gateway_unreachable"],
  artifact_store_partial_unavailable: ["preflight_failed"],
  wal_corruption_truncated_tail: ["state_foreign"],
  wal_corruption_checksum_mismatch: ["ledger_corrupt", "state_foreign"],
};

describe("a chaos case", () => {
  it.each(CHAOS_CASES)("%s is noticed, loses nothing that was acknowledged, and leaves a proof", async (name) => {
    const { found, problems, proof } = await CASES[name]("short");
    expect(problems).toEqual([]);
    expect(found).toEqual(expect.arrayContaining([...NOTICED[name]]));
    expect(proof.verdicts_same).toBe(true);
  });
});
