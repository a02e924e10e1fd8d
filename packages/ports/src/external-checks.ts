/** Checks that an environment profile declares: programs of somebody else, whose answer becomes evidence. */
import type { EnvironmentCheck, ExternalResult } from "@tau-edge/rollout";

export interface ExternalChecks {
  /**
   * Runs the command, without a shell, and ends it after its time. Exit 0 is `passed`, any other exit `failed`. What could
   * not be started, was ended by a signal or by its time is `unreachable`: it said nothing. The last line of its output,
   * where it is a number, is the value.
   * Never throws for what the command does.
   */
  run(check: EnvironmentCheck): Promise<ExternalResult>;
}
