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
  const unavailable = components.find(({ gate_reason }) => gate_reason === "state_unavailable");
  // Behind the word that there is no state stands why.
  const why = unavailable?.reason_codes[1];
  return why === undefined ? exitCodeOfGate(rollout_gate) : exitCodeOf(why);
}
