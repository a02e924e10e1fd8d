/** How the attempts of a stream ended, counted while its records are followed: a sum grows, and forgets no attempt that was retried. */
import { outcomesOf, type Run } from "@tau-edge/rollout";

export interface EndedTally {
  readonly success: number;
  readonly failed: number;
  readonly rolled_back: number;
  /** Those without success, but for those that their first preflight kept from beginning. */
  readonly incidents: number;
  /** Rollbacks that ended with a proof of health, and their times from the record that stopped the release, added up. */
  readonly recoveries: number;
  readonly recovered_ms: number;
}

export const NOTHING_ENDED: EndedTally = {
  success: 0,
  failed: 0,
  rolled_back: 0,
  incidents: 0,
  recoveries: 0,
  recovered_ms: 0,
};

/** @param run as of the record that ended it */
export function tallyEnded(before: EndedTally = NOTHING_ENDED, run: Run | undefined): EndedTally {
  const { outcome, rollback } = run ?? {};
  if (outcome === undefined) return before;
  const { final_status: status, failure_code, at_unix_ms } = outcome;
  const recovery =
    status === "rolled_back" && rollback !== undefined ? { recovery_ms: at_unix_ms - rollback.at_unix_ms } : {};
  const failure = failure_code === undefined ? {} : { failure_code };
  const { incident_count, mean_recovery_time } = outcomesOf([{ status, ...recovery, ...failure }]);
  return addTallies(
    { ...before, [status]: before[status] + 1 },
    {
      ...NOTHING_ENDED,
      incidents: incident_count,
      recoveries: mean_recovery_time?.denominator ?? 0,
      recovered_ms: mean_recovery_time?.numerator ?? 0,
    },
  );
}

export function addTallies(a: EndedTally, b: EndedTally): EndedTally {
  return {
    success: a.success + b.success,
    failed: a.failed + b.failed,
    rolled_back: a.rolled_back + b.rolled_back,
    incidents: a.incidents + b.incidents,
    recoveries: a.recoveries + b.recoveries,
    recovered_ms: a.recovered_ms + b.recovered_ms,
  };
}
