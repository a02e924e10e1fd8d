/**
 * Cycles of the contract runner: how time grows with the number of cases, what 4,000 of them cost beside the original, and
 * how much memory a million take.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFixture } from "./contract/case-fixture.ts";
import { CYCLE_PROCESS } from "./contract/cycle-process.ts";
import { runOneCycle, type TimedCycle } from "./contract/run-cycle.ts";
import { growthExponent, median } from "./ledger/growth.ts";
import { type BenchRow, printRows } from "./row.ts";

/** Rounds of each: a short one is disturbed more by whatever else the machine does. */
const SIZES = [
  { cases: 1_000, rounds: 7 },
  { cases: 4_000, rounds: 5 },
  { cases: 25_000, rounds: 3 },
  { cases: 100_000, rounds: 1 },
] as const;
const WARM_UP_CASES = 10_000;
const MANY_CASES = 1_000_000;
/** Measured once by the people who ran it, on another machine: a published figure, not one of this run. */
const ORIGINAL_4000_MS = 3_320;
const EXPONENT_MAX = 1.05;
/** Node takes 60 MB, the fixture has 500 and the state file 900; a page of results and what waits is all that may be held. */
const MEMORY_MB_MAX = 400;

interface Point {
  readonly size: number;
  readonly time_ms: number;
  readonly busy_ms: number;
}

async function timeOf(scratch: string, cases: number, rounds: number): Promise<Point> {
  const fixture = join(scratch, `${cases}.json`);
  await writeFixture(fixture, cases);
  const runs: TimedCycle[] = [];
  for (let round = 0; round < rounds; round++) {
    const stateDir = join(scratch, "state");
    const run = await runOneCycle(stateDir, fixture);
    if (run.applied !== cases) throw new Error(`${run.applied} of ${cases} cases were applied`);
    runs.push(run);
    rmSync(stateDir, { recursive: true });
  }
  rmSync(fixture);
  return {
    size: cases,
    time_ms: median(runs.map(({ time_ms }) => time_ms)),
    busy_ms: median(runs.map(({ busy_ms }) => busy_ms)),
  };
}

function growthRow(name: string, points: readonly Point[]): BenchRow {
  const exponent = growthExponent(points.map(({ size, busy_ms }) => ({ size, time_ms: busy_ms })));
  return {
    name,
    figure: exponent,
    unit: "(1 is linear)",
    bar: `<= ${EXPONENT_MAX}`,
    pass: exponent <= EXPONENT_MAX,
  };
}

async function manyCases(scratch: string): Promise<{ readonly time_ms: number; readonly peak_mb: number }> {
  const fixture = join(scratch, "many.json");
  await writeFixture(fixture, MANY_CASES);
  const { stdout, stderr, status } = spawnSync(process.execPath, [CYCLE_PROCESS, join(scratch, "many"), fixture], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

export async function bench(): Promise<BenchRow[]> {
  const scratch = mkdtempSync(join(tmpdir(), "tau-edge-bench-"));
  try {
    await timeOf(scratch, WARM_UP_CASES, 2);
    const points: Point[] = [];
    for (const { cases, rounds } of SIZES) points.push(await timeOf(scratch, cases, rounds));
    const four = points.find(({ size }) => size === 4_000)?.time_ms ?? Number.NaN;
    const many = await manyCases(scratch);
    return [
      ...points.map(({ size, time_ms }) => ({
        name: `a cycle of ${size.toLocaleString("en")} cases`,
        figure: time_ms,
        unit: "ms",
      })),
      {
        name: "a cycle of 4,000 cases",
        figure: four,
        unit: "ms",
        baseline: "the original, as published",
        baseline_figure: ORIGINAL_4000_MS,
        ratio: four / ORIGINAL_4000_MS,
      },
      growthRow("cycles of 1,000 to 100,000 cases, growth of processor time", points),
      // What a cycle costs however small it is hides growth among the small ones.
      growthRow("cycles of 25,000 to 100,000 cases, growth of processor time", points.slice(-2)),
      { name: `a cycle of ${MANY_CASES.toLocaleString("en")} cases`, figure: many.time_ms / 1000, unit: "s" },
      {
        name: `largest memory of ${MANY_CASES.toLocaleString("en")} cases`,
        figure: many.peak_mb,
        unit: "MB",
        bar: `<= ${MEMORY_MB_MAX}`,
        pass: many.peak_mb <= MEMORY_MB_MAX,
      },
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (import.meta.main) printRows(await bench());
