/**
 * What an agent must know of a manifest. The manifest package reads all of it, with a schema library that is four times
 * as large as an agent may be; here the same strict JSON is read, and only what is compared with the artifact is looked
 * at. A test holds both readers against each other.
 */
import type { Digest } from "@tau-edge/encoding";
import { isObject, readJsonBytes } from "./answers.ts";
import { AgentError } from "./errors.ts";
import { AGENT_LIMITS } from "./limits.ts";

export interface ManifestClaims {
  readonly blueprint_id: string;
  readonly artifact: Digest;
  readonly artifact_size_bytes: number;
  /** Absent in manifests of the original. */
  readonly artifact_kind?: "module" | "component";
  /** By which it was judged; absent in manifests of the original. */
  readonly profile_id?: string;
}

/** @throws AgentError `manifest_malformed` */
export function readManifestClaims(bytes: Uint8Array): ManifestClaims {
  const document = readJsonBytes(bytes, "manifest_malformed");
  if (!isObject(document)) throw malformed("$");
  const {
    schema_version = 1,
    deploy_target,
    blueprint_id,
    artifact_sha256,
    artifact_size_bytes: size,
    tau_edge,
  } = document;
  if (schema_version !== 1) throw malformed("$.schema_version");
  if (deploy_target !== "wasm") throw malformed("$.deploy_target");
  if (typeof blueprint_id !== "string" || blueprint_id.trim() === "") throw malformed("$.blueprint_id");
  if (typeof artifact_sha256 !== "string" || !/^[0-9a-f]{64}$/.test(artifact_sha256))
    throw malformed("$.artifact_sha256");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 1) throw malformed("$.artifact_size_bytes");
  if (size > AGENT_LIMITS.artifact_bytes_max)
    throw new AgentError(
      "content_too_long",
      `The artifact has ${size} bytes, at most ${AGENT_LIMITS.artifact_bytes_max} are read`,
    );
  const claims = { blueprint_id, artifact: `sha256:${artifact_sha256}` as const, artifact_size_bytes: size };
  if (tau_edge === undefined) return claims;
  if (!isObject(tau_edge) || tau_edge["manifest_version"] !== 1) throw malformed("$.tau_edge.manifest_version");
  const { artifact_kind, profile_id, compliance } = tau_edge;
  if (artifact_kind !== "module" && artifact_kind !== "component") throw malformed("$.tau_edge.artifact_kind");
  if (typeof profile_id !== "string") throw malformed("$.tau_edge.profile_id");
  if (compliance !== "compliant") throw malformed("$.tau_edge.compliance");
  return { ...claims, artifact_kind, profile_id };
}

function malformed(at: string): AgentError {
  return new AgentError("manifest_malformed", `${at} of the manifest is missing or wrong`);
}
