/** What migrations ask for and answer with. */
import type { Sha256, StartSha256 } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import type { Clock, MigrationPlace, StoreVersion } from "@tau-edge/ports";

export interface MigrationPorts {
  readonly place: MigrationPlace;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly startSha256: StartSha256;
}

export interface MigrationRequest {
  readonly actor: Actor;
  /** The actor vouches for a clock that is far from the last record's time; without it that is refused. */
  readonly accept_clock?: boolean;
  /** Checks everything, holds the lock while it does, and writes nothing. */
  readonly dry_run?: boolean;
}

/** What a store is brought to. */
export interface MigrationStep {
  readonly store: "ledger";
  readonly from: number;
  readonly to: number;
}

export interface MigrationPlan {
  readonly schema_version: 1;
  readonly stores: readonly StoreVersion[];
  /** Nothing, when every store that is there has this program's schema. */
  readonly steps: readonly MigrationStep[];
}
