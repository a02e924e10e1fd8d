/** What operators ask for, as commands of the decider. */
import type { Command, Run } from "@tau-edge/rollout";
import { prepareOverride } from "./advance-rollout.ts";
import type { Prepared } from "./apply-command.ts";
import { prepareRetry } from "./begin-rollout.ts";
import { type RefusedAct, refuseAct } from "./refusals.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutPlace, RolloutStream } from "./rollout-streams.ts";
import type { OperatorCommand } from "./rollouts.ts";

export async function prepareOperator(
  rollout_id: string,
  command: OperatorCommand,
  place: RolloutPlace,
  known: RolloutStream,
  ports: RolloutPorts,
): Promise<Prepared | RefusedAct> {
  const { run } = known.state;
  if (!known.rollouts.has(rollout_id)) return refuseAct("rollout_unknown");
  // The decider speaks of the last run; a command for an earlier one must not reach it.
  if (run?.rollout_id !== rollout_id) return refuseAct("rollout_ended");
  switch (command.do) {
    case "override":
      // Whatever is over needs no facts to be refused.
      return run.phase === "ended" ? refuseAct("rollout_ended") : prepareOverride(command, place, known, run, ports);
    case "retry":
      return prepareRetry(command, place, known, run, ports);
    default:
      return { command: steering(command, run) };
  }
}

function steering(command: Exclude<OperatorCommand, { do: "override" | "retry" }>, run: Run): Command {
  switch (command.do) {
    case "approve": {
      const { role, release, policy_bundle_hash = run.policy_bundle_hash } = command;
      return { do: "approve", role, signs_off: { release, policy_bundle_hash } };
    }
    case "abort":
      return { do: "abort", reason: command.reason, code: "aborted" };
    case "roll_back":
      return { do: "roll_back", trigger: "operator", reason: command.reason };
    default:
      return command;
  }
}
