/** Is everything true that this manifest says about the artifact beside it, and would the artifact be allowed today? */

import { type Digest, digestBytes, digestOf, type Sha256 } from "@tau-edge/encoding";
import {
  builtinProfile,
  checkManifest,
  DEFAULT_PROFILE,
  legacyProfile,
  type Manifest,
  type Mismatch,
  manifestHolds,
  type Profile,
  type ReadManifest,
  readManifest,
  resolveArtifactName,
  type Verdict,
} from "@tau-edge/manifest";
import type { DeepVerdict, Validator } from "@tau-edge/ports";
import type { Inspection } from "@tau-edge/wasm";
import { examine, examineDeeply, type Malformation } from "./examine.ts";

export interface InspectManifestPorts {
  readonly sha256: Sha256;
  /** Reads the file of this name beside the manifest, whole and once. The name has no directory in it. */
  readArtifact(name: string): Uint8Array | Promise<Uint8Array>;
  /** Absent: no deep pass. */
  readonly validator?: Validator;
}

export interface InspectManifestOptions {
  /** Default: the one that the manifest names. */
  readonly profile?: Profile;
  readonly features?: boolean;
}

/** The verdict's fields stand at the top: of the artifact's bytes, not of what the manifest claims. */
export interface ManifestReport extends Verdict {
  /** As the caller named it. */
  readonly file: string;
  readonly manifest: Digest;
  readonly written_by: ReadManifest["origin"];
  readonly claims: Manifest;
  readonly artifact_file: string;
  readonly artifact: Digest;
  readonly size_bytes: number;
  /** True when no claim is contradicted by the bytes. */
  readonly holds: boolean;
  readonly mismatches: readonly Mismatch[];
  readonly inspection?: Inspection;
  readonly error?: Malformation;
  /** Only when a deep pass was asked for. */
  readonly deep?: DeepVerdict;
}

/**
 * @throws ManifestError `manifest_too_large`, `manifest_syntax`, `manifest_field`, `manifest_newer`, `artifact_path_escapes`
 */
export async function inspectManifest(
  file: string,
  bytes: Uint8Array,
  options: InspectManifestOptions,
  ports: InspectManifestPorts,
): Promise<ManifestReport> {
  const read = readManifest(bytes);
  const { manifest } = read;
  const artifact_file = resolveArtifactName(manifest.artifact_path);
  // Read once: the same buffer is hashed, scanned and shown to the validators.
  const artifact = await ports.readArtifact(artifact_file);
  const profile = options.profile ?? profileOf(manifest);
  const examined = examine(
    artifact,
    { profile, runtimeProfile: manifest.runtime_profile, features: options.features === true },
    ports.sha256,
  );
  const { deep, verdict } = await examineDeeply(artifact, examined, ports.validator);
  // The artifact was hashed above; twelve megabytes are not hashed twice.
  const sha256: Sha256 = (of) => (of === artifact ? digestBytes(examined.digest) : ports.sha256(of));
  const { inspection } = examined;
  const mismatches = checkManifest({ read, artifact, inspection, profile, verdict: examined.verdict }, sha256);
  return {
    ...verdict,
    file,
    manifest: digestOf(ports.sha256(bytes)),
    written_by: read.origin,
    claims: manifest,
    artifact_file,
    artifact: examined.digest,
    size_bytes: artifact.length,
    holds: manifestHolds(mismatches),
    mismatches,
    ...(inspection === undefined ? {} : { inspection }),
    ...(examined.error === undefined ? {} : { error: examined.error }),
    ...(ports.validator === undefined ? {} : { deep }),
  };
}

/** Ours names its profile, the original's follows from the runtime. A profile that is not built in must be handed in. */
function profileOf({ tau_edge, runtime_constraints, runtime_profile }: Manifest): Profile {
  const named = builtinProfile(tau_edge?.profile_id ?? runtime_constraints.profile_id);
  if (named !== undefined) return named;
  const ours = tau_edge !== undefined && runtime_profile === DEFAULT_PROFILE.runtime_profile;
  return ours ? DEFAULT_PROFILE : legacyProfile(runtime_profile);
}
