/** `tau-edge rollout compare`: how two runs ended, side by side, and which went better. */
import { isDigest } from "@tau-edge/encoding";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import type { CliIo } from "../../io.ts";
import { renderComparison } from "../../render/comparison.ts";
import type { RolloutsSource, SourceOptions } from "../../rollouts-source.ts";
import { rolloutArgument } from "./arguments.ts";
import { type ComparedRun, compareRuns, runOfReport, runOfView } from "./compare-runs.ts";
import { knownRollout } from "./status.ts";
import { withSource } from "./with-source.ts";

export async function compareVerb(a: string, b: string, options: SourceOptions, io: CliIo): Promise<ExitCode> {
  for (const name of [a, b]) if (!isDigest(name)) rolloutArgument(name);
  return withSource(options, io, {
    doing: "reading both reports",
    ask: async (source) => compareRuns(await runNamed(source, a), await runNamed(source, b)),
    render: renderComparison,
    exitCode: ({ outcome }) => (outcome === "compared" ? EXIT.done : EXIT.refused),
  });
}

async function runNamed(source: RolloutsSource, name: string): Promise<ComparedRun> {
  if (isDigest(name)) return runOfReport(name, await source.report(name));
  const run = runOfView(await knownRollout(source, name));
  if (run !== undefined) return run;
  throw new CliError("rollout_not_ended", `${name} has not ended`, {
    at: name,
    remedy: `\`tau-edge rollout status ${name}\` shows what it waits for.`,
  });
}
