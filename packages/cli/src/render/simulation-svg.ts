/** The picture of a simulation as SVG (SVG 2, without script, style sheet or anything from elsewhere). */
import type { Plan } from "@tau-edge/rollout";
import { percentOfPpm } from "./share.ts";
import type { SimulationReport } from "./simulation.ts";
import { grouped, printable } from "./text.ts";
import { duration } from "./time.ts";
import { type TimelineRow, timelineEnd, timelineOf, worstPromotion } from "./timeline.ts";

const WIDTH = 960;
const LEFT = 130;
const RIGHT = 300;
const TOP = 64;
const ROW = 34;
const BAR = 18;
const SPAN = WIDTH - LEFT - RIGHT;

const INK = "#1b1f24";
const PALE = "#57606a";
const MEDIAN = "#0969da";
const TAIL = "#9ec5f4";
const LINE = "#d0d7de";

export function simulationSvg(report: SimulationReport, plan: Plan): string {
  const { simulation } = report;
  const rows = timelineOf(simulation.release);
  const end = timelineEnd(rows);
  const height = TOP + rows.length * ROW + 72;
  const title = `${plan.blueprint}: ${grouped(simulation.runs)} simulated rollouts, seed ${simulation.seed}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(inWords(report, rows))}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(16, 28, title, INK, 'font-size="16" font-weight="600"'),
    text(LEFT, 52, "0", PALE),
    text(LEFT + SPAN, 52, duration(end), PALE, 'text-anchor="end"'),
    text(LEFT + SPAN + 12, 52, "median, goes on, budget used", PALE),
    ...rows.flatMap((row, at) => drawn(row, TOP + at * ROW, end)),
    ...footer(report).map((line, at) => text(16, TOP + rows.length * ROW + 28 + at * 20, line, INK)),
    "</svg>\n",
  ].join("\n");
}

function drawn(row: TimelineRow, y: number, end: number): readonly string[] {
  const at = (ms: number) => rounded((ms / end) * SPAN);
  const { outcome, from_ms, median_ms, p95_ms, name, weight } = row;
  const x = LEFT + at(from_ms);
  const full = Math.max(1, at(median_ms));
  const bars =
    outcome.time === undefined
      ? []
      : [
          `<rect x="${x}" y="${y}" width="${Math.max(full, at(p95_ms))}" height="${BAR}" fill="${TAIL}"/>`,
          `<rect x="${x}" y="${y}" width="${full}" height="${BAR}" fill="${MEDIAN}"/>`,
        ];
  return [
    `<line x1="${LEFT}" y1="${y + BAR + 7}" x2="${LEFT + SPAN}" y2="${y + BAR + 7}" stroke="${LINE}"/>`,
    text(16, y + 14, `${name}, ${weight}`, INK),
    ...bars,
    text(LEFT + SPAN + 12, y + 14, figures(row), INK),
  ];
}

function figures({ outcome }: TimelineRow): string {
  const { reached, stopped, time, budget } = outcome;
  if (reached === 0) return "not reached";
  const used = budget.used_ppm === undefined ? "no limit" : percentOfPpm(budget.used_ppm);
  return `${time === undefined ? "-" : duration(time.median_ms)}, ${percentOfPpm(1_000_000 - stopped.ppm)}, ${used}`;
}

function footer({ simulation }: SimulationReport): readonly string[] {
  const { equal } = simulation;
  const worst = worstPromotion(simulation)?.promoted;
  const chance = ({ low_ppm, high_ppm }: { readonly low_ppm: number; readonly high_ppm: number }) =>
    `${percentOfPpm(low_ppm)} to ${percentOfPpm(high_ppm)}`;
  return [
    `An equal release is rolled back in ${chance(equal.rolled_back)} of rollouts (99 % interval).`,
    ...(worst === undefined ? [] : [`A release at twice a limit is promoted in ${chance(worst)}.`]),
  ];
}

/** Everything that the picture shows, for whoever does not see it. */
function inWords(report: SimulationReport, rows: readonly TimelineRow[]): string {
  const stages = rows.map((row) => `${row.name} at ${row.weight}: ${figures(row)}`).join("; ");
  return `Median time, share that goes on, and error budget used. ${stages}. ${footer(report).join(" ")}`;
}

function text(x: number, y: number, words: string, colour: string, more = ""): string {
  return `<text x="${x}" y="${y}" fill="${colour}"${more === "" ? "" : ` ${more}`}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return printable(words)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function rounded(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
