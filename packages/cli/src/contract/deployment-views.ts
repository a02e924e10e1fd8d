/** The deployment of a state directory as its files tell it: opened for looking, judged at this moment, closed. */
import { openStateReader } from "@tau-edge/adapter-node";
import type { OperatorSummary, RolloutGate } from "@tau-edge/contract";
import type { StatusPorts } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { exitCodeOf } from "../failure.ts";
import { type CliIo, pathIn } from "../io.ts";
import { withProgress } from "../progress.ts";
import { below } from "../state-dir.ts";

/** @param stateDir as it should be printed */
export async function viewDeployment<View>(
  stateDir: string,
  io: CliIo,
  ask: (ports: StatusPorts) => Promise<View>,
): Promise<View> {
  const state = openStateReader(pathIn(io, stateDir));
  try {
    const ports: StatusPorts = {
      facts: state.deployment,
      ledger: state.ledger,
      clock: state.clock,
      state_path: below(stateDir, "state.json"),
      events_log_path: below(stateDir, "runtime-events.jsonl"),
    };
    return await withProgress(io, "reading the state", ask(ports));
  } finally {
    await state.close();
  }
}

/** A script asks for nothing else: what holds is a refusal. */
export function exitCodeOfGate(gate: RolloutGate): ExitCode {
  return gate === "pass" ? EXIT.done : EXIT.refused;
}

/** A state that cannot be read is told in its row, and yet ends as it would end any other verb. */
export function exitCodeOfSummary({ rollout_gate, components }: OperatorSummary): ExitCode {
  let highest = exitCodeOfGate(rollout_gate);
  for (const { gate_reason, reason_codes } of components) {
    if (gate_reason !== "state_unavailable") continue;
    for (const code of reason_codes.slice(1)) {
      const exitCode = exitCodeOf(code);
      if (exitCode > highest) highest = exitCode;
    }
  }
  return highest;
}
