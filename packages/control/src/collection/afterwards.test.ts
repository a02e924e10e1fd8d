import { describe, expect, it } from "vitest";
import { stateChecks } from "../doctor-checks.ts";
import { Disk, done, Process, planFor } from "../rollouts/rollouts.test-helper.ts";
import {
  collectAfter,
  collecting,
  collectionPorts,
  DAY_MS,
  judgements,
  lookingProcess,
} from "./collection.test-helper.ts";

/** Twelve commits, and only the evidence of the last ten is left. */
async function collectedEvidence() {
  const disk = new Disk();
  const process = new Process(disk);
  const ids: string[] = [];
  const releases = [];
  for (let byte = 1; byte <= 12; byte += 1) {
    const release = await process.release(byte);
    releases.push(release);
    const plan = planFor(release, { baseline: byte === 1 ? "none" : "committed" });
    const id = await process.start(plan);
    expect((await process.finish(id)).status).toBe("success");
    ids.push(id);
  }
  await collectAfter(disk, 500);
  const [first] = releases;
  if (first === undefined) throw new Error("nothing was released");
  return { disk, ids, first, process: lookingProcess(disk) };
}

describe("after evidence and packages were collected", () => {
  it("everything that needs records only goes on, and everything else says where it went", async () => {
    const { disk, ids, first, process } = await collectedEvidence();
    const { rollouts } = process;
    const place = { environment: "dev", blueprint: "shop" } as const;
    for (const id of ids) expect(await rollouts.get(id)).toMatchObject({ status: "success" });
    const trace = await rollouts.trace(ids[0] ?? "");
    expect(await rollouts.replay(ids[0] ?? "", trace)).toMatchObject({
      result: "not_replayable",
      collected_by: { stream: "default/dev/shop", seq: expect.any(Number) },
      against: { result: "same" },
    });
    expect((await rollouts.history("dev"))[0]?.commits).toHaveLength(12);
    expect((await rollouts.list()).rollouts).toHaveLength(12);
    const undone = await rollouts.undo({ ...place, release: first.release });
    expect(undone).toMatchObject({ outcome: "refused", code: "evidence_collected" });
    const again = await rollouts.createRelease({ manifest_digest: first.manifest_digest, version: "9.9.9" });
    expect(again).toMatchObject({ outcome: "refused", code: "package_collected" });
    const next = { ...place, manifest: first.manifest_digest, validation: "profile:wasi_preview2_v1" };
    expect(await rollouts.revalidate(next)).toMatchObject({ outcome: "refused", code: "package_collected" });
    const listed = (await rollouts.releases("shop")).find(({ release }) => release === first.release);
    expect(listed).toMatchObject({
      collected_by: { stream: "default/dev/shop" },
      manifest_digest: first.manifest_digest,
    });
    const { ledger, objects, catalog } = collectionPorts(disk);
    const integrityProblems = async () => [];
    const checks = stateChecks({ ledger, objects, collected: catalog.collected, integrityProblems });
    for (const check of checks) expect((await check.run()).detail, check.name).not.toBe("");
    expect(await collecting(disk).pin({ release: first.release, reason: "x" })).toMatchObject({
      code: "release_collected",
    });
  });

  it("what is lost without a record is told apart, wherever it stands", async () => {
    const { disk, ids } = await collectedEvidence();
    const before = await lookingProcess(disk).rollouts.get(ids[0] ?? "");
    const [kept] = [...disk.objects.keys()].filter((digest) => digest === before?.policy_bundle_hash);
    disk.objects.delete(kept ?? "sha256:");
    const report = await lookingProcess(disk).rollouts.replay(ids[0] ?? "");
    expect(report).toMatchObject({ result: "not_replayable", lost: true, missing: kept });
  });

  it("what is stored again between two looks is not taken for lost", async () => {
    const { disk, ids } = await collectedEvidence();
    const [id = ""] = ids;
    const { ports, rollouts } = lookingProcess(disk);
    const kept = (await rollouts.get(id))?.policy_bundle_hash;
    const read = ports.objects.read.bind(ports.objects);
    let looks = 0;
    ports.objects.read = async (digest, max) => (digest === kept && looks++ === 0 ? undefined : read(digest, max));
    expect(await rollouts.replay(id)).not.toHaveProperty("lost");
    expect(looks).toBe(2);
  });

  it("the same release can be made again, and is kept as long as a new one", async () => {
    const disk = new Disk();
    const process = new Process(disk);
    const old = await process.release(1);
    await process.release(2);
    disk.clock.advance(29 * DAY_MS);
    const again = await process.rollouts.createRelease({ manifest_digest: old.manifest_digest, version: "1.0.1" });
    expect(again).toMatchObject({ outcome: "unchanged", release: { created_unix_ms: old.created_unix_ms } });
    expect(await process.rollouts.releases("shop")).toHaveLength(2);
    await process.release(3);
    await collectAfter(disk, 20);
    const found = await judgements(disk);
    for (const digest of [old.release, old.manifest_digest, old.artifact])
      expect(found.get(digest)).toMatchObject({ verdict: "stays", reason: "within_window" });
    done(
      await lookingProcess(disk).rollouts.start({
        plan: planFor(old, { baseline: "none" }),
        environment: "dev",
        accept_noise: true,
      }),
    );
  });
});
