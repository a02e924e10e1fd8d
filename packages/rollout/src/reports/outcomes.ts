/** S3's metrics over runs that ended (0.I). Fractions of integers: whoever prints them may round, nobody before. */
import { addCounts } from "../metrics/sparse-counts.ts";
import type { DeploymentReport } from "./deployment-report.ts";

export interface Fraction {
  readonly numerator: number;
  /** At least 1. */
  readonly denominator: number;
}

export interface Outcomes {
  /** Successes of all that ended; absent where nothing did. */
  readonly rollout_success_rate?: Fraction;
  /** From the record that stops a release to the proof of health, in ms; absent where nothing was rolled back. */
  readonly mean_recovery_time?: Fraction;
  /** Runs that ended without success, but for those that their first preflight kept from beginning. */
  readonly incident_count: number;
}

type Ended = Pick<DeploymentReport, "status" | "recovery_ms" | "failure_code">;

/** @throws RolloutError `counter_overflow` */
export function outcomesOf(reports: readonly Ended[]): Outcomes {
  const succeeded = reports.filter(({ status }) => status === "success").length;
  const recoveries = reports.flatMap(({ recovery_ms }) => (recovery_ms === undefined ? [] : [recovery_ms]));
  const recovered_ms = recoveries.reduce((sum, ms) => addCounts(sum, ms, "mean_recovery_time"), 0);
  return {
    ...(reports.length === 0 ? {} : { rollout_success_rate: { numerator: succeeded, denominator: reports.length } }),
    ...(recoveries.length === 0
      ? {}
      : { mean_recovery_time: { numerator: recovered_ms, denominator: recoveries.length } }),
    incident_count: reports.filter(isIncident).length,
  };
}

function isIncident({ status, failure_code }: Ended): boolean {
  return status !== "success" && failure_code !== "preflight_failed";
}
