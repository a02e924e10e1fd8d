/** External checks that answer what a test says, and remember who asked. */
import type { ExternalChecks } from "@tau-edge/ports";
import type { EnvironmentCheck, ExternalResult } from "@tau-edge/rollout";

export class MemoryChecks implements ExternalChecks {
  /** By check; what is not listed passes. */
  readonly outcomes = new Map<string, ExternalResult["outcome"]>();
  /** Names of the checks that ran, in this order. */
  readonly ran: string[] = [];

  async run({ check }: EnvironmentCheck): Promise<ExternalResult> {
    this.ran.push(check);
    return { check, outcome: this.outcomes.get(check) ?? "passed" };
  }
}
