/**
 * A release: a manifest and where it came from. The object is `CBOR(["release", …])`, so its digest is
 * `release_hash = CommitHash("release", …)` (decisions 6). Absent fields are omitted, not null.
 */
import { type Digest, digestBytes, type Sha256 } from "@tau-edge/encoding";
import { type CommitObject, makeCommitObject } from "@tau-edge/ledger";

export interface Release {
  readonly v: 1;
  readonly manifest_digest: Digest;
  readonly profile_id: string;
  /** A version for people, such as 1.4.2. */
  readonly version?: string;
  /** Of the source: 40 or 64 lowercase hex digits, as git prints them. */
  readonly code_commit_hash?: string;
  readonly lockfile_hash?: Digest;
  readonly toolchain_hash?: Digest;
  readonly sbom_hash?: Digest;
}

/** A release with what resolving it needs, so that no object is read for that. */
export interface ReleaseRef {
  readonly release: Digest;
  readonly manifest: Digest;
  readonly artifact: Digest;
}

export function releaseObject(release: Release, sha256: Sha256): CommitObject {
  const { manifest_digest, lockfile_hash, toolchain_hash, sbom_hash, ...texts } = release;
  const hashes = { manifest_digest, lockfile_hash, toolchain_hash, sbom_hash };
  const present = Object.entries(hashes).flatMap(([key, hash]) =>
    hash === undefined ? [] : [[key, digestBytes(hash)]],
  );
  return makeCommitObject("release", { ...texts, ...Object.fromEntries(present) }, sha256);
}
