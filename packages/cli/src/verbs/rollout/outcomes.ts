/** `tau-edge rollout outcomes`: how rollouts ended, in the three numbers of S3. */
import type { RolloutSummary } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { percentOfPpm } from "../../render/share.ts";
import { columns } from "../../render/text.ts";
import { duration } from "../../render/time.ts";
import type { RolloutsSource, SourceOptions } from "../../rollouts-source.ts";
import { blueprintArgument, environmentArgument } from "./arguments.ts";
import { knownRollout } from "./status.ts";
import { withSource } from "./with-source.ts";

/** Undos are no rollouts of something new, and are left out. Of each rollout the last attempt counts. */
export interface Outcomes {
  readonly schema_version: 1;
  readonly ended: number;
  readonly succeeded: number;
  /** In parts per million of those that ended; absent while none has. */
  readonly rollout_success_rate_ppm?: number;
  /** From the record that stopped a release to the proof of health; absent while none was rolled back. */
  readonly mean_recovery_time_ms?: number;
  /** Rollouts that were rolled back, or ended as failed after their preflight had let them in. */
  readonly incident_count: number;
}

export async function outcomesVerb(
  options: SourceOptions & { readonly environment?: string; readonly blueprint?: string },
  io: CliIo,
): Promise<ExitCode> {
  const filter = {
    ...(options.environment === undefined ? {} : { environment: environmentArgument(options.environment) }),
    ...(options.blueprint === undefined ? {} : { blueprint: blueprintArgument(options.blueprint) }),
  };
  return withSource(options, io, {
    doing: "reading how rollouts ended",
    ask: async (source) => outcomesOf(await source.rollouts.list(filter), source),
    render: renderOutcomes,
    exitCode: () => EXIT.done,
  });
}

async function outcomesOf(rollouts: readonly RolloutSummary[], source: RolloutsSource): Promise<Outcomes> {
  const ended = rollouts.filter(({ kind, status }) => kind === "rollout" && status !== "open");
  const succeeded = ended.filter(({ status }) => status === "success").length;
  const recoveries: number[] = [];
  for (const { rollout_id, status } of ended) {
    if (status !== "rolled_back") continue;
    const { rollback, outcome } = await knownRollout(source, rollout_id);
    if (rollback !== undefined && outcome !== undefined) recoveries.push(outcome.at_unix_ms - rollback.at_unix_ms);
  }
  const total = recoveries.reduce((sum, ms) => sum + ms, 0);
  return {
    schema_version: 1,
    ended: ended.length,
    succeeded,
    ...(ended.length === 0 ? {} : { rollout_success_rate_ppm: Math.floor((succeeded * 1_000_000) / ended.length) }),
    ...(recoveries.length === 0 ? {} : { mean_recovery_time_ms: Math.round(total / recoveries.length) }),
    incident_count: ended.filter(isIncident).length,
  };
}

function isIncident({ status, failure_code }: RolloutSummary): boolean {
  return status === "rolled_back" || (status === "failed" && failure_code !== "preflight_failed");
}

function renderOutcomes(found: Outcomes): string {
  const { rollout_success_rate_ppm: rate, mean_recovery_time_ms: recovery } = found;
  return columns(
    [
      [
        "rollout_success_rate",
        rate === undefined ? "-" : `${percentOfPpm(rate)}, ${found.succeeded} of ${found.ended}`,
      ],
      ["mean_recovery_time", recovery === undefined ? "-" : duration(recovery)],
      ["incident_count", String(found.incident_count)],
    ],
    "",
  );
}
