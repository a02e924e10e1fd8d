import { Faults } from "@tau-edge/adapter-memory";
import { digestHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { Disk, diskWithStable, done, MINUTE_MS, Process, planFor } from "../rollouts/rollouts.test-helper.ts";
import {
  collectAfter,
  collecting,
  collectionPorts,
  DAY_MS,
  judgements,
  lookingProcess,
  orphan,
} from "./collection.test-helper.ts";
import type { CollectedList } from "./collection.ts";
import { OBJECTS_COLLECTED } from "./collection-records.ts";
import { makeCollecting } from "./make-collecting.ts";

const YEAR_DAYS = 366;

/** Two packages, the older of which nobody needs any more after 31 days. */
async function withOldPackage() {
  const disk = new Disk();
  const process = new Process(disk);
  const old = await process.release(1);
  const newest = await process.release(2);
  await collecting(disk).plan();
  return { disk, old, newest };
}

async function logOf(disk: Disk): Promise<readonly CollectedList[]> {
  const log: CollectedList[] = [];
  for await (const entry of collecting(disk).log()) log.push(entry);
  return log;
}

const hashes = (disk: Disk) => disk.contents();

describe("a plan", () => {
  it("writes nothing in a dry run, and says the same as one that writes", async () => {
    const { disk } = await withOldPackage();
    disk.clock.advance(31 * DAY_MS);
    const before = hashes(disk);
    const dry = await collecting(disk).plan({ dry_run: true, accept_clock: true });
    expect(hashes(disk)).toBe(before);
    const wet = await collecting(disk).plan({ accept_clock: true });
    expect(wet).toMatchObject({ goes: dry.goes, stays: dry.stays, condemned: dry.condemned, dry_run: false });
    expect(dry.condemned).toEqual({ objects: 3, size_bytes: expect.any(Number) });
    expect(wet.condemned_by).toEqual([expect.objectContaining({ stream: "default/dev/shop", objects: 3 })]);
    const again = await collecting(disk).plan();
    expect(again).toMatchObject({ goes: dry.goes, condemned: { objects: 0 }, condemned_by: [] });
  });

  it("takes back what was condemned and is needed again", async () => {
    const { disk, old } = await withOldPackage();
    disk.clock.advance(31 * DAY_MS);
    await collecting(disk).plan({ accept_clock: true });
    await collecting(disk).lengthen({ term: "experimental", window_ms: 60 * DAY_MS, reason: "an audit" });
    expect(await collecting(disk).plan()).toMatchObject({ rescinded: 3, goes: { objects: 0 } });
    disk.clock.advance(2 * DAY_MS);
    expect(await collecting(disk).run()).toMatchObject({ collected: { objects: 0 } });
    expect(disk.objects.has(old.artifact)).toBe(true);
  });
});

describe("a run", () => {
  it("collects a day after the plan, neither sooner nor without one", async () => {
    const { disk, old } = await withOldPackage();
    disk.clock.advance(31 * DAY_MS);
    const first = await collecting(disk).run({ accept_clock: true });
    expect(first).toMatchObject({ collected: { objects: 0 }, waiting: { objects: 3 }, condemned: { objects: 3 } });
    expect(first.next_unix_ms).toBe(disk.clock.nowUnixMs() + DAY_MS);
    disk.clock.advance(DAY_MS - 1);
    expect(await collecting(disk).run()).toMatchObject({ collected: { objects: 0 }, waiting: { objects: 3 } });
    disk.clock.advance(1);
    const dry = await collecting(disk).run({ dry_run: true });
    expect(dry).toMatchObject({ collected: { objects: 3 }, collected_by: [] });
    expect(disk.objects.has(old.artifact)).toBe(true);
    expect(await collecting(disk).run({ grace_ms: 2 * DAY_MS })).toMatchObject({ collected: { objects: 0 } });
    const done = await collecting(disk).run({ grace_ms: 0 });
    expect(done).toMatchObject({ collected: dry.collected, waiting: { objects: 0 } });
    expect([old.release, old.manifest_digest, old.artifact].filter((digest) => disk.objects.has(digest))).toEqual([]);
  });

  it("leaves a record in the stream, and a list that says what went and why it was kept before", async () => {
    const { disk, old } = await withOldPackage();
    await collectAfter(disk, 31);
    const log = await logOf(disk);
    expect(log).toEqual([
      expect.objectContaining({
        stream: "default/dev/shop",
        condemned_seq: expect.any(Number),
        record_hash: expect.any(String),
      }),
    ]);
    const objects = new Map(log[0]?.objects.map((object) => [object.digest, object]));
    expect(objects.get(old.artifact)).toMatchObject({ class: "experimental", path: ["manifest", "artifact"] });
    const { ledger } = collectionPorts(disk);
    const [record] = await ledger.read("default/dev/shop", log[0]?.seq ?? 0, 1);
    expect(record?.record).toMatchObject({ type: OBJECTS_COLLECTED, body: { count: 3 } });
  });

  it("collects nothing that somebody named again meanwhile, and says what it keeps", async () => {
    const { disk, old } = await withOldPackage();
    disk.clock.advance(31 * DAY_MS);
    await collecting(disk).plan({ accept_clock: true });
    const plan = planFor(old, { baseline: "none" });
    disk.clock.advance(DAY_MS);
    await new Process(disk).start(plan);
    expect(await collecting(disk).run()).toMatchObject({ collected: { objects: 0 }, goes: { objects: 0 } });
  });

  it("gives up what is named between its look and its record", async () => {
    const { disk, old } = await withOldPackage();
    disk.clock.advance(31 * DAY_MS);
    await collecting(disk).plan({ accept_clock: true });
    disk.clock.advance(DAY_MS);
    const ports = collectionPorts(disk);
    let started = false;
    const racing = {
      ...ports,
      collection: {
        ...bound(ports.collection),
        collect: async (...args: Parameters<typeof ports.collection.collect>) => {
          if (!started) await new Process(disk).start(planFor(old, { baseline: "none" }));
          started = true;
          return ports.collection.collect(...args);
        },
      },
    };
    const report = await makeCollecting(racing, { kind: "local", id: "x" }).run();
    expect(report).toMatchObject({ collected: { objects: 0 } });
    for (const digest of [old.release, old.manifest_digest, old.artifact]) expect(disk.objects.has(digest)).toBe(true);
  });

  it.each(["a pin", "a longer window"])("judges again after %s that came between", async (what) => {
    const { disk, old } = await withOldPackage();
    disk.clock.advance(31 * DAY_MS);
    await collecting(disk).plan({ accept_clock: true });
    disk.clock.advance(DAY_MS);
    const ports = collectionPorts(disk);
    let done = false;
    const racing = {
      ...ports,
      collection: {
        ...bound(ports.collection),
        collect: async (...args: Parameters<typeof ports.collection.collect>) => {
          if (!done && what === "a pin") await collecting(disk).pin({ release: old.release, reason: "x" });
          else if (!done)
            await collecting(disk).lengthen({ term: "experimental", window_ms: 90 * DAY_MS, reason: "x" });
          done = true;
          return ports.collection.collect(...args);
        },
      },
    };
    const report = await makeCollecting(racing, { kind: "local", id: "x" }).run();
    expect(report).toMatchObject({ collected: { objects: 0 }, left: [] });
    expect(disk.objects.has(old.artifact)).toBe(true);
  });

  it("judges again after a longer window that came between, also what `system` owns itself", async () => {
    const { disk } = await withOldPackage();
    const waste = await orphan(disk, "waste");
    disk.clock.advance(2 * DAY_MS);
    await collecting(disk).plan({ accept_clock: true });
    disk.clock.advance(DAY_MS);
    const ports = collectionPorts(disk);
    const racing = {
      ...ports,
      collection: {
        ...bound(ports.collection),
        collect: async (...args: Parameters<typeof ports.collection.collect>) => {
          await collecting(disk).lengthen({ term: "ephemeral", window_ms: 90 * DAY_MS, reason: "x" });
          return ports.collection.collect(...args);
        },
      },
    };
    const report = await makeCollecting(racing, { kind: "local", id: "x" }).run();
    expect(report).toMatchObject({ collected: { objects: 0 }, waiting: { objects: 0 }, left: [] });
    expect(disk.objects.has(waste)).toBe(true);
  });
});

function bound(collection: ReturnType<typeof collectionPorts>["collection"]) {
  return {
    stored: () => collection.stored(),
    named: () => collection.named(),
    marks: () => collection.marks(),
    mark: collection.mark.bind(collection),
    collectedBy: collection.collectedBy.bind(collection),
    condemn: collection.condemn.bind(collection),
    rescind: collection.rescind.bind(collection),
    sweep: collection.sweep.bind(collection),
  };
}

describe("readable copies and the list of deliverables", () => {
  /** Of two blueprints; the older package of one, and the only one of the other. */
  it("go with what they copy, and others stay", async () => {
    const { disk, old, newest } = await withOldPackage();
    const copy = (digest: typeof old.artifact) => `.tau/deployment/wasm-artifacts/shop/${digestHex(digest)}.wasm`;
    expect(disk.files.has(copy(old.artifact))).toBe(true);
    await collectAfter(disk, 31);
    expect(disk.files.has(copy(old.artifact))).toBe(false);
    expect(disk.files.has(copy(newest.artifact))).toBe(true);
  });

  it("are taken away by the next one where a collection died after its record", async () => {
    const { disk, old } = await withOldPackage();
    disk.clock.advance(31 * DAY_MS);
    await collecting(disk).plan({ accept_clock: true });
    disk.clock.advance(DAY_MS);
    for (let nth = 1; disk.objects.has(old.artifact); nth += 1) {
      const faults = new Faults().plan(nth, nth % 2 === 0 ? "crash_before" : "crash_after");
      await collecting(disk, faults)
        .run()
        .catch(() => undefined);
      if (nth > 100) throw new Error("it does not end");
    }
    await collecting(disk).plan();
    const { collection } = collectionPorts(disk);
    for await (const page of collection.marks()) expect(page).toEqual([]);
    expect([...disk.files.keys()].filter((path) => path.includes(digestHex(old.artifact)))).toEqual([]);
    const log = await logOf(disk);
    expect(log.flatMap(({ objects }) => objects.map(({ digest }) => digest)).sort()).toEqual(
      [old.artifact, old.manifest_digest, old.release].sort(),
    );
  });
});

describe("the clock of a collector", () => {
  it.each([
    ["a month ahead", 30 * DAY_MS],
    ["a century ahead", 36_525 * DAY_MS],
    ["an hour behind", -60 * MINUTE_MS],
  ])("is refused when it is %s, and nothing is judged", async (_name, ms) => {
    const { disk } = await withOldPackage();
    disk.clock.advance(ms);
    const before = hashes(disk);
    await expect(collecting(disk).plan()).rejects.toMatchObject({ code: "clock_jump" });
    await expect(collecting(disk).run()).rejects.toMatchObject({ code: "clock_jump" });
    expect(hashes(disk)).toBe(before);
    await collecting(disk).plan({ accept_clock: true });
  });

  it("is believed for a week between two jobs", async () => {
    const { disk } = await withOldPackage();
    for (let weeks = 0; weeks < 3; weeks += 1) {
      disk.clock.advance(7 * DAY_MS);
      await collecting(disk).run();
    }
  });

  it("lets a day of grace pass only between records: a clock that was ahead and is set back collects nothing", async () => {
    const { disk, old } = await withOldPackage();
    const right_unix_ms = disk.clock.nowUnixMs();
    disk.clock.advance(YEAR_DAYS * DAY_MS);
    await collecting(disk).plan({ accept_clock: true });
    disk.clock.set(right_unix_ms + 2 * DAY_MS);
    const report = await collecting(disk).run({ accept_clock: true });
    expect(report).toMatchObject({ collected: { objects: 0 } });
    expect(disk.objects.has(old.artifact)).toBe(true);
  });

  it("is not vouched for where a rollout is open: what that stream owns waits", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const bad = await process.start(planFor(await process.release(2)));
    await process.finish(bad, 9);
    disk.clock.advance(399 * DAY_MS);
    const manifest = (await process.rollouts.get(bad))?.manifest ?? "sha256:";
    const next = { environment: "dev", blueprint: "shop", manifest } as const;
    done(await process.rollouts.revalidate({ ...next, validation: "profile:wasi_preview2_v1" }));
    const release = (await process.rollouts.get(bad))?.release ?? "sha256:";
    const again = await process.rollouts.releases("shop");
    const view = again.find((known) => known.release === release);
    if (view === undefined) throw new Error("no release");
    await process.start(planFor(view));
    disk.clock.advance(3 * DAY_MS);
    const { length } = disk.rows.get("default/dev/shop") ?? [];
    const report = await collecting(disk).plan({ accept_clock: true });
    expect(disk.rows.get("default/dev/shop")).toHaveLength(length);
    // There time stands still, so nothing of it has expired yet.
    expect(report.goes.objects).toBe(0);
  });

  it("leaves no list behind for a stream that has to wait", async () => {
    const { disk, newest } = await withOldPackage();
    disk.clock.advance(31 * DAY_MS);
    done(
      await new Process(disk).rollouts.start(
        { plan: planFor(newest, { baseline: "none" }), environment: "dev", accept_noise: true },
        { accept_clock: true },
      ),
    );
    disk.clock.advance(3 * DAY_MS);
    const { size } = disk.objects;
    const report = await collecting(disk).plan({ accept_clock: true });
    expect(report).toMatchObject({ goes: { objects: 3 }, condemned: { objects: 0 } });
    expect(report.left).toEqual([expect.objectContaining({ stream: "default/dev/shop", code: "clock_jump" })]);
    expect(disk.objects.size).toBe(size);
  });
});

describe("objects that no record names", () => {
  it("go a day after they were stored last", async () => {
    const { disk } = await withOldPackage();
    const waste = await orphan(disk, "waste");
    expect((await judgements(disk)).get(waste)).toMatchObject({ reason: "orphan_young", class: "ephemeral" });
    disk.clock.advance(DAY_MS / 2);
    await orphan(disk, "waste");
    disk.clock.advance(DAY_MS / 2);
    await collecting(disk).plan();
    expect((await judgements(disk)).get(waste)).toMatchObject({ reason: "orphan_young" });
    await collectAfter(disk, 1);
    expect(disk.objects.has(waste)).toBe(false);
    const [log] = await logOf(disk);
    expect(log?.stream).toBe("system");
  });
});

it("refuses to judge where a stream cannot be read: it may hold anything", async () => {
  const { disk } = await withOldPackage();
  disk.rows.set("default/prod/abc", (disk.rows.get("default/dev/shop") ?? []).slice(0, 2));
  await expect(collecting(disk).plan()).rejects.toMatchObject({ code: "ledger_corrupt" });
});

it("stores again what was collected, when it is packaged again", async () => {
  const { disk, old } = await withOldPackage();
  await collectAfter(disk, 31);
  const again = await lookingProcess(disk).release(1);
  expect(again.artifact).toBe(old.artifact);
  expect(await collectionPorts(disk).catalog.collected(old.artifact)).toBeUndefined();
  expect(disk.objects.has(old.release)).toBe(true);
});

it("tells what was packaged again and lost after that from what was collected", async () => {
  const { disk, old } = await withOldPackage();
  await collectAfter(disk, 31);
  const { catalog } = collectionPorts(disk);
  expect(await catalog.collected(old.artifact)).toMatchObject({ stream: "default/dev/shop" });
  await lookingProcess(disk).release(1);
  disk.objects.delete(old.artifact);
  expect(await catalog.collected(old.artifact)).toBeUndefined();
});
