/** Rollouts on the real stores, in processes that die. `npm run campaign:crash` kills at every call. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KillPoint } from "./rollout-calls.ts";
import { FAULTS, type Fault, isFault } from "./rollout-faults.ts";
import type { Golden } from "./rollout-golden.ts";
import { failFsync, faultyPoints, kill, makeScratch, type Undisturbed, undisturbed } from "./rollout-kill.ts";
import { STRACE_MISSING } from "./strace.ts";

const KILLS = 20;
const RANDOM_KILLS = 6;
const FAILED_SYNCS = 4;
/** How many processes with a fault are killed until one shows it. */
const FAULTY_KILLS_MAX = 6;

let scratch: string;
let story: Undisturbed;
beforeAll(async () => {
  scratch = await makeScratch();
  if (STRACE_MISSING === undefined) story = await undisturbed(scratch);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** As many of them, from the first to the last. */
function spread<Item>(items: readonly Item[], wanted: number): readonly Item[] {
  const count = Math.min(wanted, items.length);
  return Array.from({ length: count }, (_, nth) => items[Math.floor(((nth + 0.5) * items.length) / count)]).filter(
    (item) => item !== undefined,
  );
}

const placeOf = ({ call, nth, threads, before }: KillPoint) => `${call} ${nth} of ${threads}, before ${before}`;

describe.skipIf(STRACE_MISSING !== undefined)(`rollouts of three releases (${STRACE_MISSING ?? "strace runs"})`, () => {
  it("say the same and do the same, at whichever call a process is killed", async () => {
    const calls = new Set(story.points.map(({ call }) => call));
    // A kind that is rare is hit as well.
    const each = [...calls].flatMap((call) =>
      spread(
        story.points.filter((point) => point.call === call),
        1,
      ),
    );
    for (const point of [...each, ...spread(story.points, KILLS - each.length)]) {
      const { killed, problems } = await kill(scratch, { point }, story);
      expect([killed, problems], placeOf(point)).toEqual([true, []]);
    }
  }, 180_000);

  it("say the same and do the same, at whichever moment a process is killed", async () => {
    for (let nth = 0; nth < RANDOM_KILLS; nth++) {
      const after_ms = Math.random() * story.elapsed_ms;
      expect((await kill(scratch, { after_ms }, story)).problems, `after ${after_ms} ms`).toEqual([]);
    }
  });

  it("acknowledge nothing more once an fsync has failed, and are finished by the next process", async () => {
    const syncs = story.points.filter(({ call }) => call === "fsync");
    for (const point of spread(syncs, FAILED_SYNCS))
      expect(await failFsync(scratch, point, story), placeOf(point)).toEqual([]);
  });
});

/** Where a fault shows. */
type Shows = (point: KillPoint, golden: Golden) => boolean;

const seqOf = (said = ""): number => Number(/^records (\d+)$/.exec(said)?.[1] ?? Number.NaN);
const recordAt = (said: string | undefined, { records }: Golden) => records[seqOf(said)]?.record;

const SHOWS: { readonly [fault in Fault]: Shows } = {
  "records are acknowledged before they are committed": ({ call, after }) => call === "pwrite64" && seqOf(after) > 1,
  "batches are acknowledged before they are committed": ({ call, after }) => call === "pwrite64" && after === "batch",
  "a batch has another id when it is sent again": ({ after, before }) => after === "batch" && before === "batch",
  "windows are forgotten before their snapshots are recorded": ({ call, before }, golden) =>
    call === "link" && recordAt(before, golden)?.body["action"] === "frozen",
  "records are written before the objects that they name": ({ call, after }) => call === "link" && seqOf(after) > 1,
  "the records of one decision are appended one by one": ({ after }, { ends }) =>
    seqOf(after) > 1 && !ends.has(seqOf(after)),
  "the pointer is published before its commit is recorded": ({ call, before }, golden) =>
    call === "fsync" && recordAt(before, golden)?.type === "finalize",
};

describe.skipIf(STRACE_MISSING !== undefined)(`a kill shows that (${STRACE_MISSING ?? "strace runs"})`, () => {
  it.each(Object.keys(FAULTS).filter(isFault))("%s", async (fault) => {
    const points = await faultyPoints(scratch, fault, story);
    const showing = points.filter((point) => SHOWS[fault](point, story.golden));
    const found: string[] = [];
    for (const point of spread(showing, FAULTY_KILLS_MAX))
      if (found.length === 0) found.push(...(await kill(scratch, { point }, story, fault)).problems);
    expect(found).not.toEqual([]);
  });
});
