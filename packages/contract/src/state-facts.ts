/** What a reader of `state.json` learns: one call for each element, and facts when the file has ended. */
import type { DeploymentHealth } from "./health.ts";
import type { JsonObject } from "./state-document.ts";
import type { Authorship, StateStamp } from "./state-stamp.ts";

/** One element of an array of the file. */
export interface StateElement {
  /** Read strictly; integers beyond 2^53-1 are bigint. */
  readonly value: JsonObject;
  /** The bytes that stand in the file, only until the call returns. */
  readonly raw: Uint8Array;
  /** Place in its array, from 0. */
  readonly index: number;
}

/**
 * Called while the file is read, in file order. Nothing that was seen counts before the facts are there: the file may
 * still turn out to be corrupt, newer or foreign.
 */
export interface StateVisitor {
  readonly onKey?: (key: string) => void;
  readonly onRollout?: (rollout: StateElement) => void;
  readonly onFailedCase?: (failed: StateElement) => void;
}

export interface StateFacts {
  readonly outcome: "read";
  readonly size_bytes: number;
  readonly processed_case_count: number;
  readonly rollout_count: number;
  readonly failed_case_count: number;
  readonly deliverable_count: number;
  readonly browser_did_count: number;
  readonly health: DeploymentHealth;
  /** Some cycle has left a key, a rollout, a failed case or a counter here. */
  readonly shows_cycles: boolean;
  /** `KnownDigest` of the file: schema_version and wasm_deliverables. */
  readonly known_sha256: string;
  /** `CyclesDigest` of the file: processed_case_keys, rollouts, health and failed_cases as they stand there. */
  readonly cycles_sha256: string;
  /** `DidsDigest` of the file: browser_dids as they stand there. */
  readonly dids_sha256: string;
  readonly written_by: Authorship["by"];
  /** JSON path of what somebody else changed, where that makes the file foreign. */
  readonly foreign_at?: string;
  readonly stamp?: StateStamp;
}
