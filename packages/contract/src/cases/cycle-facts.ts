/** One cycle of the contract runner as its ledger record tells it. */
import type { DeploymentHealth } from "../health.ts";
import type { CycleCounts, CycleReasonCode } from "./cycle-counts.ts";

export const CYCLE_RECORD_TYPE = "contract_cycle";

export interface CycleLimits {
  readonly queue_limit: number;
  readonly processed_case_cap: number;
  readonly retry_max_attempts: number;
  readonly retry_base_delay_ms: number;
}

export interface CycleFacts {
  /** As the fixture calls itself. */
  readonly fixture_name: string;
  /** 64 lowercase hex digits. */
  readonly fixture_sha256: string;
  readonly fixture_bytes: number;
  readonly started_unix_ms: number;
  readonly ended_unix_ms: number;
  readonly limits: CycleLimits;
  readonly counts: CycleCounts;
  readonly reason_codes: readonly CycleReasonCode[];
  /** After this cycle. */
  readonly health: DeploymentHealth;
  /** Digests of the pages that hold the results, in the order in which the cases ended; 32 bytes each. */
  readonly pages: readonly Uint8Array[];
}
