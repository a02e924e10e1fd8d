/** The record `release_created`: a release of this blueprint exists as an object. It stands where packaging writes. */
import { digestBytes } from "@tau-edge/encoding";
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import type { ReleaseRef } from "@tau-edge/rollout";
import { readFields } from "../record-fields.ts";

export const RELEASE_CREATED = "release_created";

export function draftReleaseCreated({ release, manifest, artifact }: ReleaseRef, actor: Actor): RecordDraft {
  const body = { release: digestBytes(release), manifest: digestBytes(manifest), artifact: digestBytes(artifact) };
  return { type: RELEASE_CREATED, actor, body };
}

/** @throws PortError `ledger_corrupt` */
export function readReleaseCreated(stored: StoredRecord): RecordedRelease {
  const fields = readFields(stored);
  return {
    release: fields.digest("release"),
    manifest: fields.digest("manifest"),
    artifact: fields.digest("artifact"),
    created_unix_ms: stored.record.at_unix_ms,
  };
}

export interface RecordedRelease extends ReleaseRef {
  readonly created_unix_ms: number;
}
