/** What a case comes to, before it is compared with what its author expected. */
import type { CaseErrorCode, CaseOutcome } from "./case.ts";

/** JSON whose numbers are whole. */
export type BodyValue = string | number | readonly string[];

export interface Evaluation {
  readonly outcome: CaseOutcome;
  readonly status_code: number;
  /** Empty for a success. */
  readonly error_code: CaseErrorCode | "";
  /** S1's body, key for key. */
  readonly response_body: { readonly [key: string]: BodyValue };
  /** S1's word for why it is no success; empty for a success. */
  readonly reason: string;
  /** Empty unless it is a success. */
  readonly rollout_strategy: "rolling" | "recreate" | "canary" | "";
  readonly artifact: DeployedArtifact;
  /** What the file, or the backend, has to say to the reason; empty where the reason says everything. */
  readonly detail_code: string;
  readonly detail: string;
}

/** What is deployed, or would have been. */
export interface DeployedArtifact {
  /** The image, the module's path, or the manifest's `artifact_path`. */
  readonly artifact: string;
  /** Of what was opened: 64 hex digits and bytes; empty and 0 where nothing was. */
  readonly artifact_sha256: string;
  readonly artifact_size_bytes: number;
  /** Path of the manifest, trimmed; empty where there is none. */
  readonly artifact_manifest: string;
  readonly runtime_constraints: readonly string[];
}
