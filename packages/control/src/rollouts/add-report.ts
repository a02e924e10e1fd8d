/** Observations of the open window, as reporters send them. */
import type { Digest } from "@tau-edge/encoding";
import { LedgerError, parseRolloutId } from "@tau-edge/ledger";
import { type Clock, compareWindows, type MetricWindows } from "@tau-edge/ports";
import {
  BATCH_REFUSAL_MEANINGS,
  type BatchRefusalCode,
  type ReportBatch,
  type Run,
  refuseBatch,
  type WindowId,
  type WindowRef,
} from "@tau-edge/rollout";
import { baselineWindow, windowOf } from "./evidence-now.ts";
import type { RefusedAct } from "./refusals.ts";
import type { RolloutStreams } from "./rollout-streams.ts";

export interface ObservationReport extends WindowRef {
  readonly rollout_id: string;
  /** What the observations are of: the release of one of the two arms. */
  readonly release: Digest;
  /** A lane of the plan. */
  readonly lane: string;
  readonly batch: ReportBatch;
}

export const REPORT_REFUSALS = {
  rollout_unknown: { meaning: "There is no such rollout.", remedy: "Resolve again, and report what it answers." },
  window_unknown: {
    meaning: "The rollout never had this window, or not yet.",
    remedy: "Resolve again, and report the window that it answers.",
  },
  release_not_observed: {
    meaning: "Nobody observes this release in this window.",
    remedy: "Report only where resolving answered with an arm.",
  },
  lane_unknown: { meaning: "The plan has no such lane.", remedy: "Name a lane of the plan." },
} as const satisfies { readonly [code: string]: { readonly meaning: string; readonly remedy: string } };

export type ReportRefusalCode = keyof typeof REPORT_REFUSALS | BatchRefusalCode;

export type ReportResult =
  /** `late`: the window was frozen before; counted as late, and no evidence any more. */
  | { readonly outcome: "added" | "duplicate" | "late" }
  | (RefusedAct<ReportRefusalCode> & {
      /** JSON path of the field, of a batch that is malformed. */
      readonly at?: string;
    });

export interface ReportPorts {
  readonly streams: RolloutStreams;
  readonly windows: MetricWindows;
  readonly clock: Clock;
}

export interface Reports {
  /** @throws PortError `reporter_cap`, `reports_full` and what else the windows throw; what the ledger throws */
  add(report: ObservationReport): Promise<ReportResult>;
}

export function makeReports(ports: ReportPorts): Reports {
  return { add: (report) => addReport(report, ports) };
}

async function addReport(report: ObservationReport, ports: ReportPorts): Promise<ReportResult> {
  const malformed = refuseBatch(report.batch);
  if (malformed !== undefined)
    return { outcome: "refused", ...malformed, detail: BATCH_REFUSAL_MEANINGS[malformed.code] };
  const run = await runOf(report, ports.streams);
  if (run === undefined) return refuseReport("rollout_unknown");
  if (!run.plan.lanes.includes(report.lane)) return refuseReport("lane_unknown");
  const open = [windowOf(run, run.target), baselineWindow(run)].filter((id) => id !== undefined);
  const arm = open.find(({ release }) => release === report.release);
  if (arm !== undefined && compareWindows(report, arm) === 0) return add(arm, run, report, ports);
  if (isPast(report, run)) return addLate(report, run, ports);
  return refuseReport(open.some((id) => compareWindows(report, id) === 0) ? "release_not_observed" : "window_unknown");
}

/** Of the attempt that is known last, or the one that is known once the ledger was asked for what is newer. */
async function runOf(report: ObservationReport, streams: RolloutStreams): Promise<Run | undefined> {
  const place = streamOf(report.rollout_id);
  if (place === undefined) return undefined;
  const known = streams.known(place)?.rollouts.get(report.rollout_id)?.run;
  if (known !== undefined && !isAhead(report, known)) return known;
  await streams.refresh();
  return streams.known(place)?.rollouts.get(report.rollout_id)?.run;
}

function streamOf(rollout_id: string): string | undefined {
  try {
    return parseRolloutId(rollout_id).stream;
  } catch (error) {
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}

/** Whether the window comes after everything that is known: then the ledger may know more. */
function isAhead(ref: WindowRef, { attempt, stage, window }: Run): boolean {
  return compareWindows(ref, { attempt, stage, window: window?.number ?? -1 }) > 0;
}

/** Whether it is a window that this rollout has had. Windows of earlier attempts are not looked up: they are all over. */
function isPast(ref: WindowRef, run: Run): boolean {
  if (ref.attempt < run.attempt) return true;
  if (ref.attempt > run.attempt) return false;
  const isOver = run.window === undefined && ref.stage === run.stage;
  return isOver || run.judgements.some(({ stage, window }) => stage === ref.stage && window === ref.window);
}

async function add(id: WindowId, run: Run, report: ObservationReport, { windows, clock }: ReportPorts) {
  const outcome = await windows.add({
    id,
    shard: report.lane,
    batch: report.batch,
    arrived_unix_ms: clock.nowUnixMs(),
    reporter_observations_max: run.plan.policy.reporter_observations_max,
  });
  return { outcome };
}

/** Counted as late where its window is remembered; nothing is counted into a window that is over. */
async function addLate(report: ObservationReport, run: Run, ports: ReportPorts): Promise<ReportResult> {
  const { rollout_id, attempt, stage, window, release } = report;
  const arms = [run.target.release, run.baseline?.release];
  if (!arms.includes(release)) return refuseReport("release_not_observed");
  const isJudged = run.judgements.some((judged) => judged.stage === stage && judged.window === window);
  if (attempt === run.attempt && isJudged)
    await add({ rollout_id, attempt, stage, window, release }, run, report, ports);
  return { outcome: "late" };
}

function refuseReport(code: keyof typeof REPORT_REFUSALS): ReportResult {
  const { meaning, remedy } = REPORT_REFUSALS[code];
  return { outcome: "refused", code, detail: meaning, remedy };
}
