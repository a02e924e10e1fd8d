/** What `package` answers, whether it stored something or not. Printed as JSON. */

import type { Digest } from "@tau-edge/encoding";
import type { RuntimeProfile, Verdict } from "@tau-edge/manifest";
import type { DeepVerdict } from "@tau-edge/ports";
import type { BinaryKind } from "@tau-edge/wasm";
import type { Malformation } from "./examine.ts";

/** The verdict's fields stand at the top. */
export interface PackageReport extends Verdict {
  /**
   * `unchanged`: the newest deliverable of the blueprint is this one already, so no new one was
   * recorded.
   * `would_package`: a dry run.
   */
  readonly outcome: "packaged" | "unchanged" | "refused" | "would_package";
  /** As the caller named it. */
  readonly file: string;
  readonly blueprint_id: string;
  readonly runtime_profile: RuntimeProfile;
  readonly artifact: Digest;
  readonly size_bytes: number;
  /** Absent when the bytes are malformed; then `error` says why. */
  readonly artifact_kind?: BinaryKind;
  readonly error?: Malformation;
  readonly deep: DeepVerdict;
  /** What follows is absent after a refusal; paths and record also in a dry run. */
  readonly manifest?: Digest;
  readonly manifest_size_bytes?: number;
  readonly artifact_path?: string;
  readonly manifest_path?: string;
  readonly record?: {
    readonly stream: string;
    readonly seq: number;
    /** 64 hex digits. */
    readonly record_hash: string;
    readonly at_unix_ms: number;
  };
}
