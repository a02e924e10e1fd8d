/**
 * A release: a manifest and where it came from. The object is `CBOR(["release", …])`, so its digest is
 * `release_hash = CommitHash("release", …)` (decisions 6). Absent fields are omitted, not null.
 */
import { type CborValue, type Digest, digestBytes, encodeCbor, equalBytes, type Sha256 } from "@tau-edge/encoding";
import { type CommitObject, LedgerError, makeCommitObject, readCommitObject } from "@tau-edge/ledger";
import { digestSchema, jsonPath } from "@tau-edge/manifest";
import { z } from "zod";
import { digestsAsText } from "./cbor-document.ts";
import { RolloutError } from "./errors.ts";
import { VERSION_CHARS_MAX } from "./limits.ts";

const TAG = "release";

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
  /** Of a derived-code document: what browsers run in the artifact's place (decisions 16). */
  readonly derived_hash?: Digest;
}

/** A release with what resolving it needs, so that no object is read for that. */
export interface ReleaseRef {
  readonly release: Digest;
  readonly manifest: Digest;
  readonly artifact: Digest;
}

/** As it is printed; the object has digests as 32 bytes. */
export const releaseSchema = z.strictObject({
  v: z.literal(1),
  manifest_digest: digestSchema,
  profile_id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "lowercase letters, digits, `.`, `_` and `-`, at most 63"),
  version: z
    .string()
    .max(VERSION_CHARS_MAX)
    .regex(/^[0-9A-Za-z][0-9A-Za-z.+_-]*$/, "a version such as 1.4.2: letters, digits, `.`, `+`, `_` and `-`")
    .exactOptional(),
  code_commit_hash: z
    .string()
    .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "40 or 64 lowercase hex digits, as `git rev-parse HEAD` prints them")
    .exactOptional(),
  lockfile_hash: digestSchema.exactOptional(),
  toolchain_hash: digestSchema.exactOptional(),
  sbom_hash: digestSchema.exactOptional(),
  derived_hash: digestSchema.exactOptional(),
});

/** @throws RolloutError `release_field` */
export function releaseObject(release: Release, sha256: Sha256): CommitObject {
  const parsed = releaseSchema.safeParse(release);
  if (parsed.success) return makeCommitObject(TAG, toCbor(parsed.data), sha256);
  const { at, detail } = faultOf(parsed.error);
  throw new RolloutError("release_field", at, detail, "Correct the field, or leave it out where it may be absent.");
}

/**
 * Only what `releaseObject` writes is read. The digest is the caller's to check, which the object store does.
 * @throws LedgerError `object_encoding`, `object_tag`, `field_malformed`
 */
export function readRelease(bytes: Uint8Array): Release {
  const data = readCommitObject(TAG, bytes);
  const parsed = releaseSchema.safeParse(digestsAsText(data));
  if (!parsed.success) {
    const { at, detail } = faultOf(parsed.error);
    throw new LedgerError("field_malformed", `${TAG} ${at}`, detail);
  }
  if (!equalBytes(encodeCbor(toCbor(parsed.data)), encodeCbor(data)))
    throw new LedgerError("field_malformed", TAG, "Expected digests as 32 bytes, and texts as text");
  return parsed.data;
}

function toCbor(release: Release): CborValue {
  const { manifest_digest, lockfile_hash, toolchain_hash, sbom_hash, derived_hash, ...texts } = release;
  const hashes = { manifest_digest, lockfile_hash, toolchain_hash, sbom_hash, derived_hash };
  const present = Object.entries(hashes).flatMap(([key, hash]) =>
    hash === undefined ? [] : [[key, digestBytes(hash)]],
  );
  return { ...texts, ...Object.fromEntries(present) };
}

function faultOf(error: z.ZodError): { readonly at: string; readonly detail: string } {
  const [issue] = error.issues;
  if (issue === undefined) throw new TypeError("a failed parse has at least one issue", { cause: error });
  return { at: jsonPath(issue.path), detail: issue.message };
}
