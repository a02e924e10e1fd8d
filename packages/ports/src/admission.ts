/** What every adapter of the windows does alike before it counts a batch. */
import type { WindowId } from "@tau-edge/rollout";
import { PortError } from "./errors.ts";
import type { ReportRequest } from "./metric-windows.ts";

/** What one reporter has added to one window. */
export interface ReporterTally {
  readonly ends: number;
  readonly starts: number;
  /** Ends (of the above) whose start was reported earlier. */
  readonly ended: number;
}

export const EMPTY_TALLY: ReporterTally = { ends: 0, starts: 0, ended: 0 };

/**
 * Admits a batch that is no duplicate to an open window.
 * @param batches that the window remembers
 * @returns the reporter's tally with this batch
 * @throws PortError `reporter_cap`, `reports_full`
 */
export function admitReport(
  request: ReportRequest,
  tally: ReporterTally,
  batches: number,
  batches_max: number,
): ReporterTally {
  const { batch, reporter_observations_max } = request;
  const at = describeWindow(request.id);
  if (batches >= batches_max)
    throw new PortError("reports_full", at, `The window remembers ${batches} batches, which is the limit`, {
      remedy: "Send fewer and larger batches; the next window starts empty.",
    });
  const next = {
    ends: tally.ends + batch.ok_latency_us.length + batch.failed,
    starts: tally.starts + batch.started,
    ended: tally.ended + batch.ended,
  };
  // A start and its end are one observation; nobody gets rid of more starts than they reported.
  const observations = next.ends + next.starts - Math.min(next.ended, next.starts);
  if (observations > reporter_observations_max)
    throw new PortError("reporter_cap", at, `One reporter may add ${reporter_observations_max} observations`, {
      remedy: "Wait for the next window, or raise reporter_observations_max in the next plan.",
    });
  return next;
}

/** For `at` of errors. */
export function describeWindow({ rollout_id, attempt, stage, window, release }: WindowId): string {
  return `${rollout_id} attempt ${attempt} stage ${stage} window ${window} of ${release}`;
}

/** Windows of one rollout in the order in which they are opened: negative when `a` comes before `b`. */
export function compareWindows(a: WindowPosition, b: WindowPosition): number {
  return a.attempt - b.attempt || a.stage - b.stage || a.window - b.window;
}

export type WindowPosition = Pick<WindowId, "attempt" | "stage" | "window">;
