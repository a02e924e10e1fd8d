/** SHA-256 digests as values and as text. The hash function itself is always an argument: native in apps, noble elsewhere. */
import { EncodingError } from "./errors.ts";
import { fromHex, toHex } from "./hex.ts";

/** FIPS 180-4. Takes any number of bytes, gives 32. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The same hash over bytes that come piece by piece. */
export interface RunningSha256 {
  update(bytes: Uint8Array): void;
  /** 32 bytes. Once: nothing is added after it. */
  digest(): Uint8Array;
}

export type StartSha256 = () => RunningSha256;

/** `sha256:` and 64 lowercase hex digits: the only written form of a digest in this system. */
export type Digest = `sha256:${string}`;

const PATTERN = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/** @throws EncodingError `digest_malformed` */
export function parseDigest(text: string): Digest {
  if (!isDigest(text))
    throw new EncodingError("digest_malformed", "", "A digest is `sha256:` and 64 lowercase hex digits");
  return text;
}

/** @param hash 32 bytes */
export function digestOf(hash: Uint8Array): Digest {
  if (hash.length !== 32) throw new RangeError(`a SHA-256 hash has 32 bytes, got ${hash.length}`);
  return `sha256:${toHex(hash)}`;
}

export function digestHex(digest: Digest): string {
  return digest.slice("sha256:".length);
}

export function digestBytes(digest: Digest): Uint8Array {
  return fromHex(digestHex(digest));
}
