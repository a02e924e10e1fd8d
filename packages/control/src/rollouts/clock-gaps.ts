/**
 * How long a stream may rest. The ledger refuses a record that comes more than a day after the last one (decisions 17),
 * because dwell and hold are computed from such differences; a rollout that waits for people over a weekend, and a plan
 * whose windows last longer than a day, are no clock that jumped. Each such record is followed by one that says so.
 */
import { CLOCK_AHEAD_MS_MAX } from "@tau-edge/ledger";
import type { LedgerStore } from "@tau-edge/ports";
import { activeRun, type StreamState } from "@tau-edge/rollout";
import { REST_MS_MAX } from "../limits.ts";

/** @returns whether the gap between the last record and now is one that the state accounts for */
export function isExpectedGap(state: StreamState, now_unix_ms: number): boolean {
  const ahead_ms = now_unix_ms - state.at_unix_ms;
  return ahead_ms > 0 && ahead_ms <= restMsMax(state);
}

/**
 * Asked before anything is closed that only a record can follow: an append of nothing is refused where one of a record
 * would be.
 * @throws PortError `clock_jump`, and what the ledger throws
 */
export async function assertClock(
  state: StreamState,
  now_unix_ms: number,
  { ledger }: { readonly ledger: LedgerStore },
): Promise<void> {
  if (isExpectedGap(state, now_unix_ms)) return;
  const { stream, next_seq } = state;
  await ledger.append({ stream, expected_seq: next_seq - 1, drafts: [], objects: [], now_unix_ms });
}

function restMsMax(state: StreamState): number {
  const run = activeRun(state);
  // Between two runs nothing is computed from the time that passed.
  if (run === undefined) return REST_MS_MAX;
  const { max_window_ms, max_hold_ms } = run.plan.policy;
  return (run.window === undefined ? max_hold_ms : max_window_ms) + CLOCK_AHEAD_MS_MAX;
}
