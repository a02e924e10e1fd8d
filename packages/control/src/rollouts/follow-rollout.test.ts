import type { LedgerReader } from "@tau-edge/ports";
import { beforeEach, describe, expect, it } from "vitest";
import { EVENTS_PAGE } from "../limits.ts";
import { type FollowedEnd, followRollout, type RolloutLog } from "./follow-rollout.ts";
import type { RolloutEvent } from "./rollout-event.ts";
import { type Disk, diskWithStable, done, MINUTE_MS, Process, planFor, shown } from "./rollouts.test-helper.ts";

let disk: Disk;
let process: Process;
beforeEach(async () => {
  ({ disk } = await diskWithStable());
  process = new Process(disk);
});

const open = (id: string, ledger: LedgerReader = process.ports.ledger): RolloutLog => {
  const log = followRollout(id, ledger);
  if (log === undefined) throw new Error(id);
  return log;
};

async function look(log: RolloutLog): Promise<FollowedEnd> {
  const ends = await process.ports.ledger.ends();
  expect(await log.look(ends.find(({ stream }) => stream === log.stream))).toBe("read");
  return log.end;
}

async function all(log: RolloutLog): Promise<readonly RolloutEvent[]> {
  const events: RolloutEvent[] = [];
  for (let page = 0; events.length <= log.end.last_n; page++) {
    const more = await log.page(page);
    if (more === "replaced") throw new Error("replaced");
    events.push(...more);
  }
  return events;
}

/** With a record of somebody else between any two of its own. */
async function interleaved(id: string, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await process.tick();
    await process.release(100 + minute);
    await process.observe(id);
  }
}

describe("the events of a rollout", () => {
  it("are its records, numbered without gaps, whatever stands between them", async () => {
    const id = await process.start(planFor(await process.release(2)));
    await interleaved(id, 3);
    const log = open(id);
    const { last_n, ended } = await look(log);
    const events = await all(log);
    expect(events.map(({ n }) => n)).toEqual(Array.from({ length: last_n + 1 }, (_, n) => n));
    expect(ended).toBe(false);
    const records = await process.ports.ledger.read("default/dev/shop", 0, 200);
    const own = records.filter(({ record }) => record.body["rollout_id"] === id);
    expect(events.map(({ seq }) => seq)).toEqual(own.map(({ record }) => record.seq));
    expect(events.at(-1)?.seq).toBeGreaterThan((events[0]?.seq ?? 0) + events.length);
  });

  it("are the same whether they are looked at one by one or all at once", async () => {
    const id = await process.start(planFor(await process.release(2)));
    const early = open(id);
    const seen: RolloutEvent[] = [];
    for (let minute = 0; minute < 20 && !early.end.ended; minute++) {
      await process.tick();
      await look(early);
      seen.push(...(await all(early)).slice(seen.length));
      await process.observe(id);
    }
    const late = open(id);
    expect((await look(late)).ended).toBe(true);
    expect(await all(late)).toEqual(seen);
    expect(late.end.last).toMatchObject({ type: "finalize", status: "success", phase: "ended", weight_bp: 10_000 });
  });

  it("go on with the next attempt, and end with it", async () => {
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    done(await process.rollouts.command(id, { do: "abort", reason: "wrong build" }));
    const log = open(id);
    const first = await look(log);
    expect([first.ended, first.last?.status, first.last?.failure_code]).toEqual([true, "failed", "aborted"]);
    const manifest = (await process.rollouts.get(id))?.manifest;
    if (manifest === undefined) throw new Error("it was started");
    const wanted = { environment: "dev", blueprint: "shop", manifest } as const;
    done(await process.rollouts.revalidate({ ...wanted, validation: "profile:wasi_preview2_v1" }));
    done(await process.rollouts.command(id, { do: "retry" }));
    const again = await look(log);
    expect([again.ended, again.last?.attempt]).toEqual([false, 2]);
    const events = await all(log);
    expect(events.map(({ n }) => n)).toEqual(events.map((_, n) => n));
    expect(events.filter(({ type }) => type === "run_header").map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it("say why nothing happens by itself", async () => {
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    done(await process.rollouts.command(id, { do: "pause", reason: "lunch" }));
    const log = open(id);
    expect((await look(log)).last?.halt).toBe("paused");
    done(await process.rollouts.command(id, { do: "resume" }));
    expect((await look(log)).last?.halt).toBeUndefined();
    disk.clock.advance(MINUTE_MS);
    const view = shown(await process.rollouts.get(id));
    await process.report(view, view.release, 0);
    disk.clock.advance(11 * MINUTE_MS);
    await process.tick();
    expect((await look(log)).last?.halt).toBe("stale_window");
  });

  it("of a long rollout are read again from the ledger, page by page", async () => {
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    for (let nth = 0; nth < 2 * EVENTS_PAGE; nth++) {
      done(await process.rollouts.command(id, { do: "pause", reason: `${nth}` }));
      done(await process.rollouts.command(id, { do: "resume" }));
    }
    const log = open(id);
    const { last_n } = await look(log);
    expect(last_n).toBeGreaterThan(4 * EVENTS_PAGE);
    const events = await all(log);
    expect(events.map(({ n }) => n)).toEqual(Array.from({ length: last_n + 1 }, (_, n) => n));
    // From the beginning again, although the log keeps two pages only.
    const again = open(id);
    await look(again);
    expect(await again.page(0)).toEqual(events.slice(0, EVENTS_PAGE));
    expect(await again.page(2)).toEqual(events.slice(2 * EVENTS_PAGE, 3 * EVENTS_PAGE));
    expect(await again.page(99)).toEqual([]);
  });

  it("end where the ledger is another one than before: shorter, as long, longer, or gone", async () => {
    const older = new Process(disk.copy());
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    let at = process;
    const log = open(id, {
      streams: () => at.ports.ledger.streams(),
      ends: () => at.ports.ledger.ends(),
      head: (stream) => at.ports.ledger.head(stream),
      read: (stream, from, limit) => at.ports.ledger.read(stream, from, limit),
    });
    const lookNow = async () => log.look((await at.ports.ledger.ends()).find(({ stream }) => stream === log.stream));
    expect(await lookNow()).toBe("read");
    at = older;
    expect(await lookNow()).toBe("replaced");
    expect(await log.look(undefined)).toBe("replaced");
    older.disk.clock.advance(MINUTE_MS);
    await older.release(9);
    for (let nth = 0; nth < 10; nth++) {
      await older.release(50 + nth);
      expect(await lookNow()).toBe("replaced");
    }
    at = process;
    expect(await lookNow()).toBe("read");
  });

  it("are not void because somebody else has read further than whoever asked for the end before them", async () => {
    const id = await process.start(planFor(await process.release(2)));
    const log = open(id);
    const early = (await process.ports.ledger.ends()).find(({ stream }) => stream === log.stream);
    await process.tick();
    const { last_n } = await look(log);
    expect(await log.look(early)).toBe("read");
    expect(log.end.last_n).toBe(last_n);
  });

  it("of what nobody knows are not looked for in the whole stream, however often somebody asks", async () => {
    const id = await process.start(planFor(await process.release(2)));
    await process.finish(id);
    const { ledger } = process.ports;
    let read = 0;
    const counting: LedgerReader = {
      streams: () => ledger.streams(),
      ends: () => ledger.ends(),
      head: (stream) => ledger.head(stream),
      async read(stream, from, limit) {
        const records = await ledger.read(stream, from, limit);
        read += records.length;
        return records;
      },
    };
    for (const seq of [0, 1, 99]) expect((await look(open(`default~dev~shop~${seq}`, counting))).last_n).toBe(-1);
    expect(read).toBeLessThanOrEqual(3);
  });

  it("come although somebody asked for them before there were any", async () => {
    const before = new Process(disk.copy());
    const id = await process.start(planFor(await process.release(2)));
    let at = before;
    const log = open(id, {
      streams: () => at.ports.ledger.streams(),
      ends: () => at.ports.ledger.ends(),
      head: (stream) => at.ports.ledger.head(stream),
      read: (stream, from, limit) => at.ports.ledger.read(stream, from, limit),
    });
    const endOf = async () => (await at.ports.ledger.ends()).find(({ stream }) => stream === log.stream);
    expect([await log.look(await endOf()), log.end.last_n]).toEqual(["read", -1]);
    at = process;
    expect([await log.look(await endOf()), log.end.last_n]).toEqual(["read", 0]);
  });

  it("have their end with the last record of a commit, however the ledger cuts its pages", async () => {
    const id = await process.start(planFor(await process.release(2)));
    await process.finish(id);
    const { ledger } = process.ports;
    const ended: unknown[] = [];
    const log: RolloutLog = open(id, {
      streams: () => ledger.streams(),
      ends: () => ledger.ends(),
      head: (stream) => ledger.head(stream),
      read(stream, from) {
        if (log.end.ended) ended.push(log.end.last?.type);
        return ledger.read(stream, from, 1);
      },
    });
    expect((await look(log)).last?.type).toBe("finalize");
    expect(ended).toEqual([]);
  });

  it("of what nobody knows are none", async () => {
    for (const id of ["nothing", "default~moon~shop~1", "a~b~c", ""])
      expect(followRollout(id, process.ports.ledger)).toBeUndefined();
    const log = open("default~dev~shop~99");
    expect(await look(log)).toEqual({ last_n: -1, ended: false });
    const nowhere = open("default~prod~nothing~0");
    expect(await look(nowhere)).toEqual({ last_n: -1, ended: false });
  });

  it("are told up to where they could be read, and go on after that", async () => {
    const id = await process.start(planFor(await process.release(2)));
    await process.finish(id);
    let broken = true;
    const { ledger } = process.ports;
    const failing: LedgerReader = {
      streams: () => ledger.streams(),
      ends: () => ledger.ends(),
      head: (stream) => ledger.head(stream),
      read: (stream, from, limit) =>
        broken && from > 3 ? Promise.reject(new Error("disk")) : ledger.read(stream, from, broken ? 2 : limit),
    };
    const log = open(id, failing);
    await expect(look(log)).rejects.toThrow("disk");
    broken = false;
    expect((await look(log)).ended).toBe(true);
    const events = await all(log);
    expect(events.map(({ n }) => n)).toEqual(events.map((_, n) => n));
  });
});
