/** Who gets what now? Answered from memory; the ledger is asked at most every RESOLVE_REFRESH_MS. */
import type { Asking, Environment, Resolved } from "@tau-edge/rollout";

export interface Resolver {
  /**
   * @throws RolloutError `version_key_length`
   * @throws PortError when the ledger cannot be read: an old answer might be one that was withdrawn
   */
  resolve(environment: Environment, blueprint: string, asking: Asking): Promise<Answer>;
}

export interface Answer {
  readonly resolved: Resolved;
  /** The record that the answer is as of; absent for a stream without records. */
  readonly as_of?: { readonly stream: string; readonly seq: number; readonly at_unix_ms: number };
}
