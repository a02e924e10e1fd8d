/** Code that was derived from an artifact (decisions 16): stored, and looked at again before a release names it. */
import { type Digest, digestOf, type Sha256 } from "@tau-edge/encoding";
import {
  type DerivedCode,
  MANIFEST_LIMITS,
  ManifestError,
  readDerivedCode,
  writeDerivedCode,
} from "@tau-edge/manifest";
import type { ObjectInfo, ObjectReader, ObjectStore } from "@tau-edge/ports";
import type { Catalog } from "../catalog.ts";
import { findObject, readFound } from "./found-object.ts";
import { type RefusedAct, refuseAct } from "./refusals.ts";
import type { DerivedObjects } from "./release-record.ts";

export interface StoreDerived {
  /** Whose artifact it was derived from. */
  readonly manifest_digest: Digest;
  /** The document without what follows from the release and from the files. */
  readonly description: Omit<DerivedCode, "v" | "artifact_digest" | "files"> & { readonly artifact_digest?: Digest };
  /** By path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export type StoreDerivedResult =
  | { readonly outcome: "stored"; readonly derived_hash: Digest }
  | RefusedAct<"manifest_unknown" | "derived_of_another">;

export interface DerivedPorts {
  readonly objects: ObjectStore;
  readonly catalog: Catalog;
  readonly sha256: Sha256;
}

/**
 * Files first, so that a document that is stored is whole.
 * @throws ManifestError `derived_field`
 * @throws PortError what the store throws
 */
export async function storeDerived(request: StoreDerived, ports: DerivedPorts): Promise<StoreDerivedResult> {
  const { description, files } = request;
  const found = await ports.catalog.find(request.manifest_digest);
  if (found?.part !== "manifest") return refuseAct("manifest_unknown");
  const { artifact } = found.deliverable;
  const { artifact_digest = artifact, ...said } = description;
  if (artifact_digest !== artifact) return refuseAct("derived_of_another");
  const named = [...files].map(([path, bytes]) => ({ path, bytes, sha256: digestOf(ports.sha256(bytes)) }));
  const document = writeDerivedCode({
    ...said,
    v: 1,
    artifact_digest,
    files: named.map(({ path, sha256, bytes }) => ({ path, sha256, bytes: bytes.length })),
  });
  for (const { sha256, bytes } of named) await ports.objects.putIfAbsent(sha256, bytes);
  const derived_hash = digestOf(ports.sha256(document));
  await ports.objects.putIfAbsent(derived_hash, document);
  return { outcome: "stored", derived_hash };
}

/** Whether the document is there and sound, of this artifact, and all that it names is there too. */
export async function checkDerived(
  derived: Digest,
  artifact: Digest,
  objects: ObjectReader,
): Promise<DerivedObjects | RefusedAct<"derived_unknown" | "derived_of_another" | "derived_incomplete">> {
  const found = await findObject(derived, MANIFEST_LIMITS.derived_bytes_max, objects);
  const code = readFound(found, readDerivedCode, (error) => error instanceof ManifestError);
  if (found.state !== "verified" || code === undefined) return refuseAct("derived_unknown");
  if (code.artifact_digest !== artifact) return refuseAct("derived_of_another");
  const named = new Map<Digest, ObjectInfo>([[derived, { digest: derived, size_bytes: found.bytes.length }]]);
  for (const { sha256, bytes } of code.files) {
    if ((await objects.stat(sha256))?.size_bytes !== bytes) return refuseAct("derived_incomplete");
    named.set(sha256, { digest: sha256, size_bytes: bytes });
  }
  return { derived, objects: [...named.values()] };
}
