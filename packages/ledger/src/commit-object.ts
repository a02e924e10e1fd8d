/**
 * Structured objects that are named by hash. The stored bytes are `CBOR([tag, data])`, so the digest under which an
 * object store keeps them is `CommitHash(tag, data) = SHA-256(CBOR([tag, data]))`, and the bytes say what they are.
 */
import {
  type CborValue,
  type Digest,
  decodeCbor,
  digestOf,
  EncodingError,
  encodeCbor,
  type Sha256,
} from "@tau-edge/encoding";
import { LedgerError } from "./errors.ts";

export interface CommitObject {
  readonly digest: Digest;
  /** Canonical CBOR of `[tag, data]`. */
  readonly bytes: Uint8Array;
}

export function makeCommitObject(tag: string, data: CborValue, sha256: Sha256): CommitObject {
  const bytes = encodeCbor([tag, data]);
  return { digest: digestOf(sha256(bytes)), bytes };
}

/** `SHA-256(CBOR([tag, data]))`, 32 bytes. */
export function commitHash(tag: string, data: CborValue, sha256: Sha256): Uint8Array {
  return sha256(encodeCbor([tag, data]));
}

/**
 * The data of an object with this tag. Its digest is the caller's to check, which the object store does.
 * @throws LedgerError `object_encoding`, `object_tag`
 */
export function readCommitObject(tag: string, bytes: Uint8Array): CborValue {
  const value = decode(tag, bytes);
  if (!Array.isArray(value) || value.length !== 2)
    throw new LedgerError("object_tag", tag, "The object is not a pair of tag and data");
  if (value[0] !== tag) throw new LedgerError("object_tag", tag, `The object is a ${printable(value[0])}`);
  return value[1];
}

function decode(tag: string, bytes: Uint8Array): CborValue {
  try {
    return decodeCbor(bytes);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new LedgerError("object_encoding", `${tag} offset ${cause.at}`, "The object is not canonical CBOR", cause);
  }
}

function printable(tag: CborValue | undefined): string {
  return typeof tag === "string" ? JSON.stringify(tag.slice(0, 64)) : "value without a tag";
}
