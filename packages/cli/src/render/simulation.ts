/** The human form of `simulate`: what happens to the release, how often chance decides, and whether the plan's estimate holds. */
import type { Plan } from "@tau-edge/rollout";
import type { Agreement, Outcome, SeenChance, SeenTime, Simulation } from "@tau-edge/simulation";
import { drawBar, strokes } from "./bars.ts";
import { percentOfPpm } from "./share.ts";
import { columns, grouped, type Paint, plural, printable } from "./text.ts";
import { duration } from "./time.ts";
import { timelineEnd, timelineOf, worstPromotion } from "./timeline.ts";

export interface SimulationReport {
  readonly schema_version: 1;
  readonly file: string;
  readonly plan_hash: string;
  readonly simulation: Simulation;
}

export interface Look {
  readonly paint: Paint;
  readonly unicode: boolean;
}

export function renderSimulation({ file, simulation }: SimulationReport, plan: Plan, look: Look): string {
  const { runs, seed, release } = simulation;
  return [
    `${look.paint("bold", printable(file))}: ${plural(runs, "rollout")} of ${plan.blueprint}, seed ${seed}\n`,
    columns([["release", behaviour(release)], ...endings(release)]),
    `\n${picture(release, look)}`,
    `\n${columns(chances(simulation))}`,
    agreement(simulation, look.paint),
  ].join("");
}

function behaviour({ error_ppm, slower_ppm }: Pick<Outcome, "error_ppm" | "slower_ppm">): string {
  const slower = slower_ppm === 0 ? "as fast as its baseline" : `${percentOfPpm(slower_ppm)} slower than its baseline`;
  return `fails ${grouped(Math.round(error_ppm))} times in a million, ${slower}`;
}

function endings({ committed, rolled_back, aborted, codes, promoted, stopped }: Outcome): readonly string[][] {
  const reasons = codes.map(({ code, count }) => `${code} ${grouped(count)}`).join(", ");
  return [
    ["committed", within(committed) + time(promoted)],
    ["rolled back", within(rolled_back) + (rolled_back.count > 0 ? time(stopped) : "")],
    ...(aborted.count === 0 ? [] : [["aborted", within(aborted)]]),
    ...(reasons === "" ? [] : [["by", reasons]]),
  ];
}

function within({ ppm, low_ppm, high_ppm }: SeenChance): string {
  return `${percentOfPpm(ppm)} (${percentOfPpm(low_ppm)} to ${percentOfPpm(high_ppm)})`;
}

function time(seen: SeenTime | undefined): string {
  if (seen === undefined) return "";
  return `, after ${duration(seen.median_ms)} (median; 95 % within ${duration(seen.p95_ms)})`;
}

const PICTURE_COLUMNS = 48;

/** Each stage as a bar where it stands in time: full to the median, light to the 95th percentile. */
function picture(release: Outcome, { paint, unicode }: Look): string {
  const rows = timelineOf(release);
  const columnOf = PICTURE_COLUMNS / timelineEnd(rows);
  const drawn = rows.map(({ name, weight, outcome, from_ms, median_ms, p95_ms }) => {
    const bar = { from: from_ms * columnOf, full: median_ms * columnOf, light: (p95_ms - median_ms) * columnOf };
    const { reached, stopped, time, budget } = outcome;
    const nobody = strokes(unicode).edge + " ".repeat(PICTURE_COLUMNS) + strokes(unicode).edge;
    return [
      name,
      weight,
      time === undefined ? nobody : drawBar(bar, PICTURE_COLUMNS, strokes(unicode)),
      time === undefined ? "-" : duration(time.median_ms),
      reached === 0 ? "not reached" : percentOfPpm(1_000_000 - stopped.ppm),
      reached === 0 ? "-" : grouped(budget.failed),
      budget.used_ppm === undefined || reached === 0 ? "-" : percentOfPpm(budget.used_ppm),
    ];
  });
  const head = ["", "weight", " ".repeat(PICTURE_COLUMNS + 2), "median", "goes on", "failures", "budget used"];
  const note = `  goes on: of those that reach it; failures: of everybody who is observed; budget: of what the limit would allow\n`;
  return columns([head, ...drawn]) + paint("dim", note);
}

function chances(simulation: Simulation): readonly string[][] {
  const { equal } = simulation;
  const worst = worstPromotion(simulation);
  return [
    ["an equal release is rolled back", within(equal.rolled_back)],
    ...(worst === undefined ? [] : [["a release at twice a limit is promoted", within(worst.promoted)]]),
  ];
}

function agreement({ agreement: all }: Simulation, paint: Paint): string {
  if (all.length === 0)
    return paint("dim", "  no estimate to compare with: it is of the traffic that the plan expects\n");
  const missed = all.filter(({ agrees }) => !agrees);
  const said = `${all.length - missed.length} of ${plural(all.length, "figure")} of \`tau-edge rollout plan\` agree`;
  const few = missed.length === 0 ? "" : "; one in a hundred differs by chance";
  return `  ${said}${few}\n${missed.map((row) => `    ${paint("yellow", "!")} ${difference(row)}\n`).join("")}`;
}

function difference({ what, stage, unit, estimated, low, high }: Agreement): string {
  const value = (number: number) => (unit === "ppm" ? percentOfPpm(number) : duration(number));
  const where = stage === undefined ? "" : ` of stage ${stage}`;
  return `${what}${where}: estimated ${value(estimated)}, simulated ${value(low)} to ${value(high)}`;
}
