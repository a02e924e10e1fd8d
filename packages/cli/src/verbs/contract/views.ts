/** `tau-edge health`, `status` and `operator-summary`: three answers to one question, and 3 when the gate holds. */
import {
  deploymentStatus,
  operatorSummary,
  type StatusOptions,
  type StatusPorts,
  transportHealth,
} from "@tau-edge/control";
import { exitCodeOfGate, exitCodeOfSummary, viewDeployment } from "../../contract/deployment-views.ts";
import { countArgument } from "../../count-argument.ts";
import type { ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { renderHealth, renderOperatorSummary, renderStatus } from "../../render/status.ts";
import { type Paint, painter } from "../../render/text.ts";
import { stateDirOf } from "../../state-dir.ts";

export interface ViewOptions {
  readonly maxAgeMs?: string;
  readonly stateDir?: string;
  readonly json?: boolean;
}

interface ViewVerb<View> {
  ask(ports: StatusPorts, options: StatusOptions): Promise<View>;
  render(view: View, paint: Paint): string;
  exitCode(view: View): ExitCode;
}

export function healthVerb(options: ViewOptions, io: CliIo): Promise<ExitCode> {
  return view(options, io, {
    ask: transportHealth,
    render: renderHealth,
    exitCode: ({ rollout_gate }) => exitCodeOfGate(rollout_gate),
  });
}

export function statusVerb(options: ViewOptions, io: CliIo): Promise<ExitCode> {
  return view(options, io, {
    ask: deploymentStatus,
    render: renderStatus,
    exitCode: ({ rollout_gate }) => exitCodeOfGate(rollout_gate),
  });
}

export function operatorSummaryVerb(options: ViewOptions, io: CliIo): Promise<ExitCode> {
  return view(options, io, { ask: operatorSummary, render: renderOperatorSummary, exitCode: exitCodeOfSummary });
}

async function view<View>(options: ViewOptions, io: CliIo, verb: ViewVerb<View>): Promise<ExitCode> {
  const asked = maxAgeOption(options);
  const found = await viewDeployment(stateDirOf(options.stateDir, io), io, (ports) => verb.ask(ports, asked));
  if (options.json === true) io.stdout(`${JSON.stringify(found, undefined, 2)}\n`);
  else io.stdout(verb.render(found, painter(usesColour(io))));
  return verb.exitCode(found);
}

/** @throws CliError `usage` */
export function maxAgeOption({ maxAgeMs }: Pick<ViewOptions, "maxAgeMs">): StatusOptions {
  return maxAgeMs === undefined ? {} : { max_age_ms: countArgument(maxAgeMs, { name: "--max-age-ms", min: 0 }) };
}
