import { describe, expect, it } from "vitest";
import { diskWithStable, Process, planFor } from "./rollouts.test-helper.ts";

describe("history", () => {
  it("says what was served at a time and at a record, and which record made it so", async () => {
    const { disk, stable } = await diskWithStable();
    const process = new Process(disk);
    const next = await process.release(2);
    const id = await process.start(planFor(next));
    await process.tick();
    const exposed_unix_ms = disk.clock.nowUnixMs();
    await process.observe(id);
    await process.finish(id);
    const [now] = await process.rollouts.history("dev");
    expect(now).toMatchObject({ stable: { release: next.release }, because: { type: "finalize", rollout_id: id } });
    expect(now?.commits.map(({ target }) => target.release)).toEqual([next.release, stable.release]);
    const [then] = await process.rollouts.history("dev", { unix_ms: exposed_unix_ms });
    expect(then).toMatchObject({
      stable: { release: stable.release },
      candidate: { weight_bp: 5_000, target: { release: next.release } },
      because: { type: "iter", action: "entered" },
    });
    const [before] = await process.rollouts.history("dev", { seq: then?.because?.seq ? then.because.seq - 1 : 0 });
    expect(before).toMatchObject({ stable: { release: stable.release }, because: { type: "finalize" } });
    expect(before?.candidate).toBeUndefined();
    expect(await process.rollouts.history("prod")).toEqual([]);
  });
});

describe("replay", () => {
  it("names the object that is gone, and the record that names it", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    const view = await process.finish(id);
    const snapshot = view.judgements[1]?.snapshot ?? "sha256:";
    const bytes = disk.objects.get(snapshot) ?? new Uint8Array();
    disk.objects.delete(snapshot);
    expect(await process.rollouts.replay(id)).toMatchObject({
      result: "not_replayable",
      missing: snapshot,
      field: "metrics_snapshot_hash",
      lost: true,
    });
    disk.objects.set(snapshot, bytes.slice(1));
    expect(await process.rollouts.replay(id)).toMatchObject({ result: "differs", field: "metrics_snapshot_hash" });
    disk.objects.set(snapshot, bytes);
    disk.pointers.delete(`default/dev/shop/${id}`);
    expect(await process.rollouts.replay(id)).toMatchObject({ result: "differs", field: "pointer" });
    expect(await process.rollouts.replay("default~dev~shop~77")).toBeUndefined();
  });

  it("compares the transitions with those of another run", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const good = await process.start(planFor(await process.release(2)));
    await process.finish(good);
    const bad = await process.start(planFor(await process.release(3)));
    await process.finish(bad, 9);
    const golden = await process.rollouts.trace(good);
    expect(await process.rollouts.replay(good, golden)).toMatchObject({ against: { result: "same" } });
    expect(await process.rollouts.replay(bad, golden)).toMatchObject({
      result: "same",
      against: { result: "differs", at: "$.attempts[0].transitions[3]", golden: expect.stringContaining("pass") },
    });
  });
});
