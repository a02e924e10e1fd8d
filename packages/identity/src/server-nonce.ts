/**
 * Nonces that a server gives out and need not remember (RFC 9449 section 8): a proof with one was made in the last ten
 * minutes, for this process and this epoch, so nobody has proofs in store and none survives a restart or a rotation.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64url } from "@tau-edge/encoding";
import { lengthPrefixed } from "./length-prefixed.ts";
import { NONCE_BUCKET_MS } from "./limits.ts";

export interface ServerNonces {
  current(epoch: number, now_unix_ms: number): string;
  /** Of these five minutes or of the five before, in this epoch. */
  accepts(nonce: string, epoch: number, now_unix_ms: number): boolean;
}

const DOMAIN = "tau-edge/dpop-nonce/v1";
/** 132 bits. */
const NONCE_CHARS = 22;

/**
 * @param key 32 secret bytes
 * @param bootId another one for each process, so that what a process forgot when it ended is worth nothing
 */
export function serverNonces(key: Uint8Array, bootId: string): ServerNonces {
  // The current one and the one before: every request asks for the same two.
  const made = new Map<string, string>();

  function nonceOf(epoch: number, bucket: number): string {
    const name = `${epoch} ${bucket}`;
    const known = made.get(name);
    if (known !== undefined) return known;
    if (made.size >= 2) made.clear();
    const mac = hmac(sha256, key, lengthPrefixed([DOMAIN, bootId, String(epoch), String(bucket)]));
    const nonce = toBase64url(mac).slice(0, NONCE_CHARS);
    made.set(name, nonce);
    return nonce;
  }

  const bucketOf = (now_unix_ms: number) => Math.floor(now_unix_ms / NONCE_BUCKET_MS);
  return {
    current: (epoch, now_unix_ms) => nonceOf(epoch, bucketOf(now_unix_ms)),
    // Plain comparison: whoever asks is given the nonce.
    accepts: (nonce, epoch, now_unix_ms) =>
      nonce === nonceOf(epoch, bucketOf(now_unix_ms)) || nonce === nonceOf(epoch, bucketOf(now_unix_ms) - 1),
  };
}
