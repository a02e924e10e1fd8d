/** What a key gets, as it is printed: the gateway's answer to the same question, without what is only for clients. */
import type { Digest } from "@tau-edge/encoding";
import type { AssignedBy } from "@tau-edge/rollout";

export type Resolution = GivenRelease | PausedBlueprint;

interface Place {
  readonly schema_version: 1;
  readonly environment: string;
  readonly blueprint: string;
}

/** Nobody is to run it. */
export interface PausedBlueprint extends Place {
  readonly outcome: "paused";
  readonly reason: string;
  readonly since_unix_ms: number;
}

export interface GivenRelease extends Place {
  readonly outcome?: never;
  readonly release: Digest;
  readonly manifest: Digest;
  readonly artifact: Digest;
  /** Code for browsers that was derived from the artifact, where the release names some. */
  readonly derived?: Digest;
  readonly assigned_by: AssignedBy;
  /** Absent where observations belong to nobody's sample. */
  readonly rollout?: {
    readonly rollout_id: string;
    readonly attempt: number;
    readonly stage: number;
    readonly window: number;
    readonly arm: "candidate" | "baseline";
  };
  /** 0 to 9999; absent where no bucket decided. */
  readonly bucket?: number;
}
