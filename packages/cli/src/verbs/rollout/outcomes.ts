/** `tau-edge rollout outcomes`: how rollouts ended, in the three numbers of S3. */
import type { RolloutList, RolloutSummary } from "@tau-edge/control";
import { type Fraction, type Outcomes, outcomesOf } from "@tau-edge/rollout";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import type { CliIo } from "../../io.ts";
import { percentOfPpm } from "../../render/share.ts";
import { columns } from "../../render/text.ts";
import { duration } from "../../render/time.ts";
import type { RolloutsSource, SourceOptions } from "../../rollouts-source.ts";
import { blueprintArgument, environmentArgument } from "./arguments.ts";
import { runOfView } from "./compare-runs.ts";
import { knownRollout } from "./status.ts";
import { withSource } from "./with-source.ts";

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
    ask: async (source) => outcomesOf(await endedRuns(everyRollout(await source.rollouts.list(filter)), source)),
    render: renderOutcomes,
    exitCode: () => EXIT.done,
  });
}

/** Shares of what happens to be readable would be no shares. */
function everyRollout({ rollouts, unreadable: [first] }: RolloutList): readonly RolloutSummary[] {
  if (first === undefined) return rollouts;
  throw new CliError("stream_unreadable", `The rollouts of one stream cannot be read: ${first.code}`, {
    at: first.stream,
    remedy: "`tau-edge doctor` says why; --environment and --blueprint leave streams out.",
  });
}

/** Of each rollout the last attempt counts. */
async function endedRuns(rollouts: readonly RolloutSummary[], source: RolloutsSource): Promise<readonly Ended[]> {
  const ended: Ended[] = [];
  for (const { rollout_id, status, failure_code } of rollouts) {
    if (status === "open") continue;
    // Only a rollback has recovered from something, and a list does not say in which time.
    const run = status === "rolled_back" ? runOfView(await knownRollout(source, rollout_id)) : undefined;
    ended.push(run ?? { status, ...(failure_code === undefined ? {} : { failure_code }) });
  }
  return ended;
}

type Ended = Parameters<typeof outcomesOf>[0][number];

function renderOutcomes({
  rollout_success_rate: rate,
  mean_recovery_time: recovery,
  incident_count,
}: Outcomes): string {
  const shareOf = ({ numerator, denominator }: Fraction) =>
    `${percentOfPpm((numerator / denominator) * 1_000_000)}, ${numerator} of ${denominator}`;
  const meanOf = ({ numerator, denominator }: Fraction) => duration(Math.round(numerator / denominator));
  return columns(
    [
      ["rollout_success_rate", rate === undefined ? "-" : shareOf(rate)],
      ["mean_recovery_time", recovery === undefined ? "-" : meanOf(recovery)],
      ["incident_count", String(incident_count)],
    ],
    "",
  );
}
