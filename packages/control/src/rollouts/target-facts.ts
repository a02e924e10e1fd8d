/** Are artifact, manifest and release there, sound, and do they name each other? */
import { type Digest, digestHex } from "@tau-edge/encoding";
import { LedgerError } from "@tau-edge/ledger";
import { MANIFEST_LIMITS, ManifestError, readManifest } from "@tau-edge/manifest";
import type { ObjectReader } from "@tau-edge/ports";
import { type ObjectState, type PreflightFacts, type ReleaseRef, readRelease } from "@tau-edge/rollout";
import { inspect, WasmError } from "@tau-edge/wasm";
import { STRUCTURED_OBJECT_BYTES_MAX } from "../limits.ts";
import { type FoundObject, findObject, readFound } from "./found-object.ts";

export interface TargetFacts
  extends Pick<PreflightFacts, "artifact" | "manifest" | "release" | "objects" | "artifact_size_bytes"> {
  /** That the release names. */
  readonly lockfile_hash?: Digest;
  /** What the artifact can do; undefined when it cannot be read. */
  readonly capabilities?: readonly string[];
}

export async function targetFacts(target: ReleaseRef, objects: ObjectReader): Promise<TargetFacts> {
  const artifact = await findObject(target.artifact, MANIFEST_LIMITS.artifact_size_bytes_max, objects);
  const manifest = await findObject(target.manifest, MANIFEST_LIMITS.manifest_bytes_max, objects);
  const release = await findObject(target.release, STRUCTURED_OBJECT_BYTES_MAX, objects);
  const named = readFound(manifest, (bytes) => readManifest(bytes).manifest.artifact_sha256, isManifestError);
  const read = readFound(release, readRelease, isLedgerError);
  const isUnreachable = [artifact, manifest, release].some(({ state }) => state === "unreachable");
  const capabilities = capabilitiesOf(artifact);
  return {
    artifact: stateOf(artifact),
    manifest: naming(manifest, named === digestHex(target.artifact)),
    release: naming(release, read?.manifest_digest === target.manifest),
    objects: isUnreachable ? "unreachable" : "reachable",
    artifact_size_bytes: artifact.state === "verified" ? artifact.bytes.length : 0,
    ...(read?.lockfile_hash === undefined ? {} : { lockfile_hash: read.lockfile_hash }),
    ...(capabilities === undefined ? {} : { capabilities }),
  };
}

/**
 * What the target can do beyond its baseline. Of a baseline that cannot be read nothing is known, so everything counts.
 * @param capabilities of the target
 */
export async function addedCapabilities(
  capabilities: readonly string[],
  baseline: Digest,
  objects: ObjectReader,
): Promise<readonly string[]> {
  const before = capabilitiesOf(await findObject(baseline, MANIFEST_LIMITS.artifact_size_bytes_max, objects)) ?? [];
  return capabilities.filter((capability) => !before.includes(capability));
}

function capabilitiesOf(artifact: FoundObject): readonly string[] | undefined {
  return readFound(
    artifact,
    (bytes) => inspect(bytes, { features: false }).capabilities,
    (error) => error instanceof WasmError,
  );
}

function stateOf({ state }: FoundObject): ObjectState {
  // What cannot be reached is not there for us; `objects` says why.
  return state === "unreachable" ? "missing" : state;
}

function naming(found: FoundObject, names: boolean): ObjectState {
  return found.state === "verified" && !names ? "names_another" : stateOf(found);
}

const isManifestError = (error: unknown) => error instanceof ManifestError;
const isLedgerError = (error: unknown) => error instanceof LedgerError;
