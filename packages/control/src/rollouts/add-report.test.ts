import { describe, expect, it } from "vitest";
import type { ObservationReport } from "./add-report.ts";
import { diskWithStable, MINUTE_MS, Process, planFor, shown } from "./rollouts.test-helper.ts";

async function exposed() {
  const { disk, stable } = await diskWithStable();
  const process = new Process(disk);
  const next = await process.release(2);
  const id = await process.start(planFor(next));
  await process.tick();
  const batch = { reporter: "a", batch_id: "1", ok_latency_us: [1_000], failed: 0, started: 0, ended: 0 };
  const report: ObservationReport = {
    rollout_id: id,
    attempt: 1,
    stage: 0,
    window: 0,
    release: next.release,
    lane: "main",
    batch,
  };
  return { disk, process, id, stable, report };
}

describe("a report", () => {
  it("is counted once for the open window of its arm", async () => {
    const { process, id, stable, report } = await exposed();
    expect(await process.addReport(report)).toEqual({ outcome: "added" });
    expect(await process.addReport(report)).toEqual({ outcome: "duplicate" });
    expect(await process.addReport({ ...report, release: stable.release })).toEqual({ outcome: "added" });
    expect(shown(await process.rollouts.get(id)).window).toMatchObject({
      number: 0,
      candidate: { total: 1, failed: 0 },
      baseline: { total: 1, failed: 0 },
      late_batches: 0,
    });
  });

  it("is late for a window that was frozen, and changes no evidence", async () => {
    const { process, id, report } = await exposed();
    await process.observe(id);
    await process.tick();
    const before = shown(await process.rollouts.get(id));
    expect(before.stage).toBe(1);
    expect(await process.addReport({ ...report, batch: { ...report.batch, batch_id: "2" } })).toEqual({
      outcome: "late",
    });
    const after = shown(await process.rollouts.get(id));
    expect(after.window?.late_batches).toBe(1);
    expect(after.window?.candidate?.total).toBe(0);
  });

  it("is late when the rollout is over, and counts nowhere", async () => {
    const { disk, process, id, report } = await exposed();
    await process.rollouts.command(id, { do: "abort", reason: "" });
    await process.tick();
    expect(await process.addReport(report)).toEqual({ outcome: "late" });
    const windows = [...(disk.arms.get(id)?.values() ?? [])].flatMap(({ windows }) => [...windows]);
    expect(windows).toEqual([]);
  });

  it("is taken for a window that another process has opened a moment ago", async () => {
    const { disk, process, id, report } = await exposed();
    const other = new Process(disk);
    await other.addReport({ ...report, batch: { ...report.batch, batch_id: "0" } });
    await process.observe(id);
    await process.tick();
    expect(await other.addReport({ ...report, stage: 1 })).toEqual({ outcome: "added" });
  });

  it.each<[string, Partial<ObservationReport>]>([
    ["rollout_unknown", { rollout_id: "default~dev~shop~77" }],
    ["rollout_unknown", { rollout_id: "nonsense" }],
    ["window_unknown", { window: 1 }],
    ["window_unknown", { stage: 1 }],
    ["window_unknown", { attempt: 2 }],
    ["release_not_observed", { release: `sha256:${"ab".repeat(32)}` }],
    ["lane_unknown", { lane: "elsewhere" }],
    ["batch_name", { batch: { reporter: "", batch_id: "", ok_latency_us: [1], failed: 0, started: 0, ended: 0 } }],
  ])("is refused with %s: %o", async (code, changes) => {
    const { process, report } = await exposed();
    expect(await process.addReport({ ...report, ...changes })).toMatchObject({ outcome: "refused", code });
  });

  it("of more observations than one reporter may add is refused by the windows", async () => {
    const { disk, process, report } = await exposed();
    disk.clock.advance(MINUTE_MS);
    const batch = { ...report.batch, ok_latency_us: Array.from({ length: 10 }, () => 1) };
    await expect(process.addReport({ ...report, batch })).rejects.toMatchObject({ code: "reporter_cap" });
  });
});
