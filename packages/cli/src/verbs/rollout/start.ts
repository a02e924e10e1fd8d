/** `tau-edge rollout start`: the first attempt of a plan in an environment. */
import type { StartRequest } from "@tau-edge/control";
import type { ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { type ActOptions, act } from "./act.ts";
import { environmentArgument } from "./arguments.ts";
import { type EvidenceOptions, evidenceOf } from "./evidence-options.ts";
import { planFromFile } from "./plan-file.ts";

export interface StartOptions extends EvidenceOptions {
  readonly environment: string;
  readonly acceptNoise?: boolean;
}

export async function startVerb(file: string, options: StartOptions & ActOptions, io: CliIo): Promise<ExitCode> {
  const request = startRequest(file, options, io);
  return act(options, io, {
    deed: "started",
    doing: `starting ${request.plan.blueprint} in ${request.environment}`,
    ask: (source, asked) => source.rollouts.start(request, asked),
  });
}

/** @throws CliError `usage`, `file_*`, RolloutError of plan and profile */
export function startRequest(file: string, options: StartOptions, io: CliIo): StartRequest {
  return {
    environment: environmentArgument(options.environment),
    plan: planFromFile(io, file),
    ...evidenceOf(options, io),
    ...(options.acceptNoise === true ? { accept_noise: true } : {}),
  };
}
