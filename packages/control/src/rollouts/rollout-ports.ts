/** What rollouts need from a platform. */
import type { Sha256 } from "@tau-edge/encoding";
import type {
  Clock,
  CommitPointers,
  ExternalChecks,
  LedgerStore,
  MetricWindows,
  ObjectStore,
  Space,
  Validator,
} from "@tau-edge/ports";
import type { PreflightFacts, ReleaseRef } from "@tau-edge/rollout";
import type { Catalog } from "../catalog.ts";
import type { RolloutStreams } from "./rollout-streams.ts";

export interface RolloutPorts {
  readonly objects: ObjectStore;
  readonly ledger: LedgerStore;
  readonly pointers: CommitPointers;
  readonly windows: MetricWindows;
  readonly checks: ExternalChecks;
  readonly space: Space;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** Of the same ledger. */
  readonly catalog: Catalog;
  /** Of the same ledger. */
  readonly streams: RolloutStreams;
  /** For the validation `deep`. */
  readonly validator?: Validator;
  /** Who vouches for a release. Absent: nobody can, and everything is `not_signed`. */
  readonly vouch?: Vouch;
}

export type Vouch = (release: ReleaseRef) => Promise<PreflightFacts["signature"]>;
