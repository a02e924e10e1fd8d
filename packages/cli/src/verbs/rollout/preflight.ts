/** `tau-edge rollout preflight`: the checks of a start, and nothing else. */
import type { PreflightResult } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderRefusal } from "../../render/command-result.ts";
import { renderPreflight } from "../../render/preflight.ts";
import type { SourceOptions } from "../../rollouts-source.ts";
import { type StartOptions, startRequest } from "./start.ts";
import { withSource } from "./with-source.ts";

export async function preflightVerb(file: string, options: StartOptions & SourceOptions, io: CliIo): Promise<ExitCode> {
  const request = startRequest(file, options, io);
  return withSource<PreflightResult>(options, io, {
    doing: `checking ${request.plan.blueprint} in ${request.environment}`,
    ask: ({ rollouts }) => rollouts.preflight(request),
    render: (result, paint, flags) =>
      result.outcome === "checked"
        ? renderPreflight(result.report, paint)
        : renderRefusal(result, { paint, flags, now_unix_ms: Date.now() }),
    exitCode: (result) => (result.outcome === "checked" && result.passed ? EXIT.done : EXIT.refused),
    refuses: ({ outcome }) => outcome === "refused",
  });
}
