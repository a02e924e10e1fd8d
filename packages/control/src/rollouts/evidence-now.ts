/** What is counted in the open window of each arm, as the agenda wants it. */
import { type MetricWindowsReader, PortError } from "@tau-edge/ports";
import {
  type Evidence,
  hasConcurrentBaseline,
  type ReleaseRef,
  RolloutError,
  type Run,
  type WindowId,
} from "@tau-edge/rollout";

/** @param unreachable_since_unix_ms when the counters could not be read for the first time in a row */
export async function evidenceNow(
  run: Run,
  windows: MetricWindowsReader,
  now_unix_ms: number,
  unreachable_since_unix_ms = now_unix_ms,
): Promise<Evidence | undefined> {
  const candidate = windowOf(run, run.target);
  if (candidate === undefined || run.phase !== "exposed") return undefined;
  const { abandon_after_ms } = run.plan.policy;
  const progress = (id: WindowId) => windows.progress(id, now_unix_ms, abandon_after_ms);
  const baseline = baselineWindow(run);
  try {
    return {
      source: "counted",
      candidate: await progress(candidate),
      ...(baseline === undefined ? {} : { baseline: await progress(baseline) }),
    };
  } catch (error) {
    if (error instanceof RolloutError && error.code === "counter_overflow") return { source: "overflowed" };
    if (!(error instanceof PortError)) throw error;
    return { source: "unreachable", since_unix_ms: unreachable_since_unix_ms };
  }
}

/** The open window of this arm; undefined while none is open. */
export function windowOf(run: Run, { release }: ReleaseRef): WindowId | undefined {
  const { rollout_id, attempt, stage, window } = run;
  return window === undefined ? undefined : { rollout_id, attempt, stage, window: window.number, release };
}

/** The open window of the baseline, where it is observed at the same time as the target's. */
export function baselineWindow(run: Run): WindowId | undefined {
  return run.baseline === undefined || !hasConcurrentBaseline(run) ? undefined : windowOf(run, run.baseline);
}
