/**
 * The record `release_created`: a release of this blueprint exists as an object. It stands where packaging writes. Where the
 * release has derived code, the record names all objects of it, so that they may be served.
 */
import { type Digest, digestBytes } from "@tau-edge/encoding";
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import type { ObjectInfo } from "@tau-edge/ports";
import type { ReleaseRef } from "@tau-edge/rollout";
import { readFields } from "../record-fields.ts";

export const RELEASE_CREATED = "release_created";

export interface RecordedRelease extends ReleaseRef {
  readonly created_unix_ms: number;
  /** Of its last record: who makes it once more makes it young again. */
  readonly recorded_unix_ms: number;
  readonly derived?: DerivedObjects;
}

export interface DerivedObjects {
  /** Of the derived-code document. */
  readonly derived: Digest;
  /** The document and its files, each once. */
  readonly objects: readonly ObjectInfo[];
}

export function draftReleaseCreated(
  { release, manifest, artifact }: ReleaseRef,
  code: DerivedObjects | undefined,
  actor: Actor,
): RecordDraft {
  const body = { release: digestBytes(release), manifest: digestBytes(manifest), artifact: digestBytes(artifact) };
  if (code === undefined) return { type: RELEASE_CREATED, actor, body };
  const derived_objects = code.objects.map(({ digest, size_bytes }) => [digestBytes(digest), size_bytes]);
  return { type: RELEASE_CREATED, actor, body: { ...body, derived: digestBytes(code.derived), derived_objects } };
}

/** @throws PortError `ledger_corrupt` */
export function readReleaseCreated(stored: StoredRecord): RecordedRelease {
  const fields = readFields(stored);
  const derived = fields.optionalDigest("derived");
  return {
    release: fields.digest("release"),
    manifest: fields.digest("manifest"),
    artifact: fields.digest("artifact"),
    created_unix_ms: stored.record.at_unix_ms,
    recorded_unix_ms: stored.record.at_unix_ms,
    ...(derived === undefined ? {} : { derived: { derived, objects: fields.objects("derived_objects") } }),
  };
}

/** Oldest first, each once: at the place of its last record, with the time of its first. @throws PortError `ledger_corrupt` */
export function withRelease(releases: readonly RecordedRelease[], stored: StoredRecord): readonly RecordedRelease[] {
  const recorded = readReleaseCreated(stored);
  const before = releases.find(({ release }) => release === recorded.release);
  if (before === undefined) return [...releases, recorded];
  const others = releases.filter((release) => release !== before);
  return [...others, { ...recorded, created_unix_ms: before.created_unix_ms }];
}
