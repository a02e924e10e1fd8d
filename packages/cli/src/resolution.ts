/** What a key gets, as it is printed: the gateway's answer to the same question, without what is only for clients. */
import type { Digest } from "@tau-edge/encoding";
import type { AssignedBy } from "@tau-edge/rollout";

export interface Resolution {
  readonly schema_version: 1;
  readonly environment: string;
  readonly blueprint: string;
  readonly release: Digest;
  readonly manifest: Digest;
  readonly artifact: Digest;
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
