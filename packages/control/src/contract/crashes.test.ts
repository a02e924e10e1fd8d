/** A runner that dies at every write, in memory: the next one finds everything that was acknowledged, and nothing twice. */
import { type Fault, Faults, ManualClock, MemoryCases, SimulatedCrash } from "@tau-edge/adapter-memory";
import { encodeUtf8 } from "@tau-edge/encoding";
import { PortError } from "@tau-edge/ports";
import { describe, expect, it } from "vitest";
import { CYCLE_STREAM } from "../stream.ts";
import type { CycleReport } from "./cycle-report.ts";
import {
  containerCase,
  Disk,
  driftedCase,
  type JsonMap,
  makeRunner,
  malformedCase,
  recorded,
  retryableCase,
} from "./cycles.test-helper.ts";

/** What the original left: it is imported by the first cycle. */
const ORIGINAL = {
  schema_version: 1,
  processed_case_keys: ["container:native:staging:shop:old"],
  rollouts: [
    {
      case_key: "container:native:staging:shop:old",
      case_id: "old",
      deploy_target: "container",
      runtime_profile: "native",
      blueprint_id: "shop",
      environment: "staging",
      region: "iad",
      artifact: "registry.example/shop:1",
      replicas: 1,
      rollout_strategy: "recreate",
      status_code: 202,
      outcome: "success",
      error_code: "",
      updated_unix_ms: 5,
    },
  ],
  health: { updated_unix_ms: 5, last_cycle_completed: 1 },
  somebody_elses: { kept: true },
};

/** Two channels, every outcome, a new version of a case, and a queue that is full. */
const CYCLES: readonly (readonly JsonMap[])[] = [
  [containerCase("old"), containerCase("a"), containerCase("b", { blueprint_id: "search" }), malformedCase("m")],
  [containerCase("a", { container_image: "registry.example/shop:2" }), driftedCase("d"), retryableCase("r")],
  ["e", "f", "g"].map((id) => containerCase(id, { blueprint_id: "search" })),
];

interface Story {
  readonly acknowledged: readonly CycleReport[];
  /** Cycles that are not acknowledged yet. */
  readonly rest: readonly (readonly JsonMap[])[];
  readonly error?: unknown;
}

function newDisk(): Disk {
  const disk = new Disk();
  disk.files.set(".tau/deployment/state.json", encodeUtf8(JSON.stringify(ORIGINAL, undefined, 2)));
  return disk;
}

/** One process. Its clock stands still, so that a cycle that is told again is told alike. */
async function tell(disk: Disk, cycles: readonly (readonly JsonMap[])[], faults = new Faults()): Promise<Story> {
  const runner = makeRunner({ disk, faults, clock: new ManualClock() });
  const acknowledged: CycleReport[] = [];
  for (const [nth, cases] of cycles.entries())
    try {
      acknowledged.push(await recorded(runner, cases, { queue_limit: 3 }));
    } catch (error) {
      return { acknowledged, rest: cycles.slice(nth), error };
    }
  return { acknowledged, rest: [] };
}

const withoutSeq = (lines: readonly JsonMap[]) => lines.map(({ event_key, payload }) => ({ event_key, payload }));

/** Wherever a process died, this holds as soon as the next one has run a cycle. */
function problemsOf(disk: Disk, acknowledged: readonly CycleReport[]): readonly string[] {
  const problems: string[] = [];
  const records = disk.rows.get(CYCLE_STREAM) ?? [];
  for (const { record } of acknowledged)
    if (record === undefined || record.seq >= records.length) problems.push(`record ${record?.seq} is missing`);
  const told = disk.events.map(({ seq }) => seq);
  if (new Set(told).size !== told.length) problems.push(`cycles are told twice: ${told}`);
  // The import, which is the first record, is no cycle.
  if (told.length !== records.length - 1) problems.push(`${records.length - 1} cycles, ${told.length} lines`);
  for (const [channel, lines] of Object.entries(disk.channelLogs)) {
    const places = lines.map(({ seq, nth }) => `${seq}.${nth}`);
    if (new Set(places).size !== places.length) problems.push(`${channel} has lines twice: ${places}`);
    const done = lines.filter(({ payload }) => /success|malformed/.test(Object(payload).outcome));
    const keys = done.map(({ event_key }) => event_key);
    if (new Set(keys).size !== keys.length) problems.push(`${channel} says twice what was done: ${keys}`);
  }
  return problems;
}

/** What does not depend on how often something was begun. */
function resultOf(disk: Disk) {
  const { rollouts, processed_case_keys, failed_cases, somebody_elses, schema_version } = disk.state;
  const pages = [...disk.channels.keys()].filter((path) => path.endsWith("MEMORY.md"));
  return {
    ...{ rollouts, processed_case_keys, failed_cases, somebody_elses, schema_version },
    memory: pages.map((path) => [path, disk.text(path)]),
    logs: Object.entries(disk.channelLogs).map(([channel, lines]) => [
      channel,
      withoutSeq(lines.filter(({ payload }) => Object(payload).outcome === "success")),
    ]),
  };
}

async function undisturbed() {
  const [disk, faults] = [newDisk(), new Faults()];
  const { acknowledged, error } = await tell(disk, CYCLES, faults);
  return { disk, writes: faults.writes, acknowledged, error };
}

describe("a runner that nobody disturbs", () => {
  it("imports what the original left, and runs its cycles after that", async () => {
    const { disk, acknowledged, error } = await undisturbed();
    expect(error).toBeUndefined();
    expect(
      acknowledged.map(({ record, duplicate_skips, backlog_cases }) => [record?.seq, duplicate_skips, backlog_cases]),
    ).toEqual([
      [1, 1, 0],
      [2, 0, 0],
      [3, 0, 0],
    ]);
    expect(problemsOf(disk, acknowledged)).toEqual([]);
    expect(disk.state["somebody_elses"]).toEqual({ kept: true });
    expect(disk.state["rollouts"]).toContainEqual(ORIGINAL.rollouts[0]);
  });
});

describe("a runner that dies", () => {
  const kinds: readonly Fault[] = ["crash_before", "crash_after", "store_full", "store_poisoned"];
  it.each(kinds)(
    "at every write (%s) loses nothing that was acknowledged and says nothing twice (W-14)",
    async (kind) => {
      const golden = await undisturbed();
      expect(golden.writes).toBeGreaterThan(25);
      const expected = resultOf(golden.disk);
      for (let nth = 1; nth <= golden.writes; nth++) {
        const disk = newDisk();
        const first = await tell(disk, CYCLES, new Faults().plan(nth, kind));
        expect(first.error, `write ${nth}`).toBeInstanceOf(kind.startsWith("crash") ? SimulatedCrash : PortError);
        const second = await tell(disk, first.rest);
        expect(second.error, `after write ${nth}`).toBeUndefined();
        expect(problemsOf(disk, [...first.acknowledged, ...second.acknowledged]), `write ${nth}`).toEqual([]);
        expect(resultOf(disk), `write ${nth}`).toEqual(expected);
      }
    },
  );

  it("again and again comes to the same end", async () => {
    const golden = await undisturbed();
    const disk = newDisk();
    let rest: Story["rest"] = CYCLES;
    const acknowledged: CycleReport[] = [];
    for (let nth = 2; rest.length > 0 && nth < 100; nth += 3) {
      const story = await tell(disk, rest, new Faults().plan(nth, "crash_after"));
      acknowledged.push(...story.acknowledged);
      rest = story.rest;
    }
    expect(problemsOf(disk, acknowledged)).toEqual([]);
    expect(resultOf(disk)).toEqual(resultOf(golden.disk));
  });

  it("with its case book lost leaves a ledger from which the book is made anew, and nothing is told again", async () => {
    const { disk, acknowledged } = await undisturbed();
    const [before, pages] = [resultOf(disk), disk.cases.pages];
    disk.cases = new MemoryCases();
    const again = await tell(disk, [[containerCase("e", { blueprint_id: "search" })]]);
    expect(again.acknowledged).toMatchObject([{ duplicate_skips: 1 }]);
    expect(problemsOf(disk, [...acknowledged, ...again.acknowledged])).toEqual([]);
    expect(resultOf(disk)).toEqual(before);
    expect(disk.cases.pages).toMatchObject({ keys: pages.keys, booked: pages.booked });
  });
});
