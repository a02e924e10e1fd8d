/** From an answer to bytes that may be run: manifest, artifact and derived code, each held against its digest. */
import type { Digest } from "@tau-edge/encoding";
import { fetchContent, type SendForContent } from "./content.ts";
import { type DerivedCode, fetchDerivedCode } from "./derived-code.ts";
import { AgentError } from "./errors.ts";
import { AGENT_LIMITS } from "./limits.ts";
import { type ManifestClaims, readManifestClaims } from "./manifest-claims.ts";
import type { ReleaseResolution } from "./resolution.ts";

/** One thing that was found true on the way. */
export interface VerifiedStep {
  readonly what: "manifest" | "artifact" | "derived";
  readonly digest: Digest;
  readonly bytes: number;
}

export interface Verified {
  readonly resolution: ReleaseResolution;
  readonly manifest: ManifestClaims;
  readonly kind: "module" | "component";
  /** Of the artifact. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of a component whose release names it. */
  readonly derived?: DerivedCode;
}

/** @throws AgentError `content_…`, `manifest_…`, `derived_…`, and what sending throws */
export async function fetchVerified(
  send: SendForContent,
  resolution: ReleaseResolution,
  onStep: (step: VerifiedStep) => void,
  signal?: AbortSignal,
): Promise<Verified> {
  const manifestBytes = await fetchContent(send, {
    path: `/v1/manifests/${resolution.manifest}`,
    digest: resolution.manifest,
    bytesMax: AGENT_LIMITS.manifest_bytes_max,
    mediaType: "application/json",
    signal,
  });
  const manifest = readManifestClaims(manifestBytes);
  if (manifest.artifact !== resolution.artifact)
    throw new AgentError("manifest_contradiction", "The manifest is of another artifact than the release");
  if (manifest.blueprint_id !== resolution.blueprint)
    throw new AgentError("manifest_contradiction", "The manifest is of another blueprint");
  onStep({ what: "manifest", digest: resolution.manifest, bytes: manifestBytes.length });

  const bytes = await fetchContent(send, {
    path: `/v1/artifacts/${resolution.artifact}`,
    digest: resolution.artifact,
    sizeBytes: manifest.artifact_size_bytes,
    bytesMax: AGENT_LIMITS.artifact_bytes_max,
    mediaType: "application/wasm",
    signal,
  });
  const kind = kindOf(bytes);
  if (manifest.artifact_kind !== undefined && manifest.artifact_kind !== kind)
    throw new AgentError(
      "manifest_contradiction",
      `The manifest says ${manifest.artifact_kind}, the bytes are a ${kind}`,
    );
  onStep({ what: "artifact", digest: resolution.artifact, bytes: bytes.length });

  const verified = { resolution, manifest, kind, bytes };
  if (kind === "module" || resolution.derived === undefined) return verified;
  const { artifact } = resolution;
  const derived = await fetchDerivedCode(send, { derived: resolution.derived, artifact, signal });
  const total = [derived.entry, ...derived.modules].reduce((sum, file) => sum + file.bytes.length, 0);
  onStep({ what: "derived", digest: resolution.derived, bytes: total });
  return { ...verified, derived };
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
/** Core specification section 5.5.16 and component model "Binary", preamble: version, then layer. */
const MODULE = [0x01, 0x00, 0x00, 0x00];
const COMPONENT = [0x0d, 0x00, 0x01, 0x00];

function kindOf(bytes: Uint8Array): "module" | "component" {
  const begins = (preamble: readonly number[]) => preamble.every((byte, at) => bytes[at] === byte);
  if (begins([...MAGIC, ...MODULE])) return "module";
  if (begins([...MAGIC, ...COMPONENT])) return "component";
  throw new AgentError("manifest_contradiction", "The artifact is neither a module nor a component");
}
