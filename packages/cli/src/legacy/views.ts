/** S1's inspect commands: the same views, S1's names and lines. A hold ends with 3, where the original always said 0. */
import { keyValueLine, legacyStatusLine, legacyTransportHealthLine, type OperatorSummary } from "@tau-edge/contract";
import { deploymentStatus, operatorSummary, transportHealth } from "@tau-edge/control";
import { exitCodeOfGate, exitCodeOfSummary, viewDeployment } from "../contract/deployment-views.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { CliIo } from "../io.ts";
import type { LegacyView } from "./parse.ts";

export async function healthLegacy({ stateDir, json }: LegacyView, io: CliIo): Promise<ExitCode> {
  const row = await viewDeployment(stateDir, io, transportHealth);
  // The original prints a list, because it has other transports.
  print(json ? [row] : legacyTransportHealthLine(row), io);
  return exitCodeOfGate(row.rollout_gate);
}

export async function statusLegacy({ stateDir, json }: LegacyView, io: CliIo): Promise<ExitCode> {
  const view = await viewDeployment(stateDir, io, deploymentStatus);
  print(json ? view : legacyStatusLine(view), io);
  return exitCodeOfGate(view.rollout_gate);
}

export async function operatorSummaryLegacy({ stateDir, json }: LegacyView, io: CliIo): Promise<ExitCode> {
  const summary = await viewDeployment(stateDir, io, operatorSummary);
  print(json ? summary : summaryLines(summary), io);
  return exitCodeOfSummary(summary);
}

/** One line for the whole, then one for each component. */
function summaryLines({ components, ...whole }: OperatorSummary): string {
  return [whole, ...components].map((fields) => keyValueLine({ ...fields })).join("\n");
}

function print(document: object | string, io: CliIo): void {
  io.stdout(`${typeof document === "string" ? document : JSON.stringify(document, undefined, 2)}\n`);
}
