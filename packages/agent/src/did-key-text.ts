/**
 * The did:key of an Ed25519 key (The did:key Method 0.9, "did:key Identifier Syntax"); whether it is a good one is asked
 * elsewhere. In a few lines for the same reason as base64url.ts, and held against the identity package by the same test.
 */

/** Multicodec `ed25519-pub`, as a varint. It is not zero, so no leading zero has to be written. */
const ED25519_PREFIX = [0xed, 0x01];
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** @param publicKey 32 bytes */
export function didKeyText(publicKey: Uint8Array): string {
  let rest = [...ED25519_PREFIX, ...publicKey].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (; rest > 0n; rest /= 58n) text = (BASE58[Number(rest % 58n)] ?? "") + text;
  return `did:key:z${text}`;
}
