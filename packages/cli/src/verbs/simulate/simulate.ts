/** `tau-edge simulate`: what a plan would do, before anything happens. */
import { writeFileSync } from "node:fs";
import { nativeSha256 } from "@tau-edge/adapter-node";
import { type Plan, planObject } from "@tau-edge/rollout";
import {
  ARRIVALS,
  type Arrivals,
  EXPECTED_PER_HOUR_MAX,
  expectedTraffic,
  type Progress,
  RUNS_MAX,
  type Simulation,
  SLOWER_PPM_MAX,
  simulateInSteps,
  type TrafficModel,
} from "@tau-edge/simulation";
import { countArgument } from "../../count-argument.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import { type CliIo, pathIn, usesColour } from "../../io.ts";
import { drawsUnicode } from "../../render/bars.ts";
import { renderSimulation, type SimulationReport } from "../../render/simulation.ts";
import { simulationSvg } from "../../render/simulation-svg.ts";
import { painter } from "../../render/text.ts";
import { planFromFile } from "../rollout/plan-file.ts";

export interface SimulateOptions {
  readonly runs: string;
  readonly seed: string;
  readonly errorPpm?: string;
  readonly slowerPpm: string;
  readonly perHour?: string;
  readonly arrivals: string;
  readonly svg?: string;
  readonly json?: boolean;
}

const PPM_MAX = 1_000_000;

export async function simulateVerb(file: string, options: SimulateOptions, io: CliIo): Promise<ExitCode> {
  const runs = countArgument(options.runs, { name: "--runs", min: 1, max: RUNS_MAX });
  const seed = countArgument(options.seed, { name: "--seed", min: 0, max: Number.MAX_SAFE_INTEGER });
  const plan = planFromFile(io, file);
  const model = modelOf(plan, options);
  const simulation = await simulated(io, simulateInSteps(plan, model, seed, runs));
  const plan_hash = planObject(plan, nativeSha256).digest;
  const report: SimulationReport = { schema_version: 1, file, plan_hash, simulation };
  if (options.svg !== undefined) writeSvg(io, options.svg, simulationSvg(report, plan));
  if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
  else io.stdout(renderSimulation(report, plan, { paint: painter(usesColour(io)), unicode: drawsUnicode(io) }));
  return EXIT.done;
}

function modelOf(plan: Plan, { errorPpm, slowerPpm, perHour, arrivals }: SimulateOptions): TrafficModel {
  const ppm = (text: string, name: string, max: number) => countArgument(text, { name, min: 0, max });
  return {
    ...expectedTraffic(plan),
    slower_ppm: ppm(slowerPpm, "--slower-ppm", SLOWER_PPM_MAX),
    arrivals: arrivalsOf(arrivals),
    ...(errorPpm === undefined ? {} : { error_ppm: ppm(errorPpm, "--error-ppm", PPM_MAX) }),
    ...(perHour === undefined
      ? {}
      : { expected_per_hour: countArgument(perHour, { name: "--per-hour", min: 1, max: EXPECTED_PER_HOUR_MAX }) }),
  };
}

function arrivalsOf(text: string): Arrivals {
  const found = ARRIVALS.find((name) => name === text);
  if (found !== undefined) return found;
  throw new CliError("usage", `--arrivals is ${ARRIVALS.join(" or ")}, not ${JSON.stringify(text.slice(0, 100))}`, {
    remedy: "Leave it out for random ones: tau-edge simulate PLAN",
  });
}

const PATIENCE_MS = 1_000;
const TOLD_EVERY_MS = 250;

/** A turn of the event loop now and then, so that whoever interrupts is heard, and a word where somebody is looking. */
async function simulated(io: CliIo, steps: Generator<Progress, Simulation>): Promise<Simulation> {
  let next = performance.now() + PATIENCE_MS;
  let hasTold = false;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) {
      if (hasTold) io.stderr("\r\u001b[K");
      return step.value;
    }
    await new Promise(setImmediate);
    if (!io.stderrIsTerminal || performance.now() < next) continue;
    next = performance.now() + TOLD_EVERY_MS;
    hasTold = true;
    io.stderr(`\rsimulating, ${Math.floor((100 * step.value.done) / step.value.of)} % …`);
  }
}

/** @throws CliError `file_unwritable` */
function writeSvg(io: CliIo, path: string, svg: string): void {
  try {
    writeFileSync(pathIn(io, path), svg);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    throw new CliError("file_unwritable", `${path} cannot be written (${code})`, {
      at: path,
      remedy: "Name a file in a directory that you may write to: --svg plan.svg",
      cause,
    });
  }
}
