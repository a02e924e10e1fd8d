/** A collection between the objects of a command and its record: both are done once more. */
import { MemoryLedgerStore } from "@tau-edge/adapter-memory";
import { describe, expect, it } from "vitest";
import { openCatalog } from "../catalog.ts";
import { sweepBeforeNextAppend } from "../sweeping.test-helper.ts";
import { openRolloutStreams } from "./rollout-streams.ts";
import { Disk, Process, planFor } from "./rollouts.test-helper.ts";

function processWith(disk: Disk) {
  const ledger = new MemoryLedgerStore({ rows: disk.rows, objects: disk.objects });
  const process = new Process(disk, undefined, {
    ledger,
    catalog: openCatalog(ledger),
    streams: openRolloutStreams(ledger),
  });
  return { ledger, process };
}

describe("when a collection takes what was just stored", () => {
  it("a release is stored again", async () => {
    const disk = new Disk();
    const { ledger, process } = processWith(disk);
    await process.release(1);
    const manifest_digest = (await process.release(2)).manifest_digest;
    const swept = sweepBeforeNextAppend(ledger, disk.objects);
    const created = await process.rollouts.createRelease({ manifest_digest, version: "2.0.0" });
    expect([created.outcome, swept()]).toEqual(["created", 1]);
    if (created.outcome !== "refused") expect(disk.objects.has(created.release.release)).toBe(true);
  });

  it("the documents of a start are stored again, and every object that its records name is there", async () => {
    const disk = new Disk();
    const { ledger, process } = processWith(disk);
    const release = await process.release(1);
    const swept = sweepBeforeNextAppend(ledger, disk.objects);
    const started = await process.rollouts.start({
      plan: planFor(release, { baseline: "none" }),
      environment: "dev",
      accept_noise: true,
    });
    expect(started.outcome).toBe("done");
    expect(swept()).toBeGreaterThan(1);
    for (const { digest } of ledger.beside.named) expect(disk.objects.has(digest), digest).toBe(true);
  });
});
