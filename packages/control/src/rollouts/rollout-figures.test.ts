import { PortError } from "@tau-edge/ports";
import { expect, it } from "vitest";
import { makeRolloutFigures } from "./rollout-figures.ts";
import { openRolloutStreams } from "./rollout-streams.ts";
import { type Disk, diskWithStable, done, MINUTE_MS, Process, planFor } from "./rollouts.test-helper.ts";

/** As another process sees them, which follows the ledger from its beginning. */
async function figuresOf(disk: Disk, more: { readonly objects?: Process["ports"]["objects"] } = {}) {
  const { ports } = new Process(disk);
  const figures = makeRolloutFigures({ ...ports, ...more, streams: openRolloutStreams(ports.ledger) });
  const overview = await figures.overview();
  const of = (blueprint: string) => {
    const known = overview.streams.find((stream) => stream.environment === "dev" && stream.blueprint === blueprint);
    if (known === undefined) throw new Error(`nothing of ${blueprint}`);
    return figures.of(known, disk.clock.nowUnixMs());
  };
  return { overview, of };
}

it("counts attempts that ended, also those that were retried", async () => {
  const { disk } = await diskWithStable();
  const process = new Process(disk);
  const release = await process.release(2);
  const place = { environment: "dev", blueprint: release.blueprint } as const;
  const id = await process.start(planFor(release));
  await process.tick();
  done(await process.rollouts.command(id, { do: "abort", reason: "not today" }));
  expect((await figuresOf(disk)).overview.ended.dev).toMatchObject({
    success: 1,
    failed: 1,
    incidents: 1,
    recoveries: 0,
  });
  done(
    await process.rollouts.revalidate({
      ...place,
      manifest: release.manifest_digest,
      validation: "profile:wasi_preview2_v1",
    }),
  );
  done(await process.rollouts.command(id, { do: "retry" }));
  await process.finish(id);
  const { ended } = (await figuresOf(disk)).overview;
  expect([ended.dev.success, ended.dev.failed, ended.dev.incidents, ended.prod.success]).toEqual([2, 1, 1, 0]);
});

it("goes on counting what ended in a stream that cannot be read further, because counters never go down", async () => {
  const { disk } = await diskWithStable();
  const process = new Process(disk);
  const { ports } = new Process(disk);
  let isBroken = false;
  const ledger = {
    streams: () => ports.ledger.streams(),
    ends: () => ports.ledger.ends(),
    head: (stream: string) => ports.ledger.head(stream),
    read: (stream: string, from: number, max: number) =>
      isBroken ? Promise.reject(new PortError("store_unavailable", "", "")) : ports.ledger.read(stream, from, max),
  };
  const figures = makeRolloutFigures({ ...ports, streams: openRolloutStreams(ledger) });
  expect((await figures.overview()).ended.dev.success).toBe(1);
  await process.start(planFor(await process.release(2)));
  isBroken = true;
  expect(await figures.overview()).toMatchObject({ ended: { dev: { success: 1 } }, streams: [], unreadable: 1 });
});

it("adds up the time from the record that stops a release to the proof of health", async () => {
  const { disk } = await diskWithStable();
  const process = new Process(disk);
  const id = await process.start(planFor(await process.release(2)));
  await process.tick();
  done(await process.rollouts.command(id, { do: "roll_back", reason: "it looks odd" }));
  disk.clock.advance(MINUTE_MS);
  await process.tick();
  await process.tick();
  const { dev } = (await figuresOf(disk)).overview.ended;
  expect(dev).toMatchObject({ rolled_back: 1, incidents: 1, recoveries: 1, recovered_ms: MINUTE_MS });
});

it("shows the open window, and what the gates of the last verdict compared", async () => {
  const { disk } = await diskWithStable();
  const process = new Process(disk);
  const id = await process.start(planFor(await process.release(2)));
  await process.tick();
  await process.reportAll(id);
  const view = await process.rollouts.get(id);
  if (view === undefined) throw new Error("the rollout is gone");
  const open = await (await figuresOf(disk)).of(view.blueprint);
  expect(open).toMatchObject({ frozen: false, run: { phase: "exposed", stage: 0, paused: false, gates: [] } });
  expect(open.run?.window?.candidate).toEqual(view.window?.candidate);
  disk.clock.advance(MINUTE_MS);
  await process.tick();
  await process.tick();
  const judged = await (await figuresOf(disk)).of(view.blueprint);
  expect(judged.run?.gates[0]).toMatchObject({ result: "pass", value: 0 });
  const unreadable = {
    ...process.ports.objects,
    read: () => Promise.reject(new PortError("store_unavailable", "", "")),
  };
  expect((await (await figuresOf(disk, { objects: unreadable })).of(view.blueprint)).run?.gates).toEqual([]);
});
