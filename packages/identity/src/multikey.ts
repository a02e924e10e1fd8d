/** Public keys as Multikey writes them: multibase of a multicodec prefix and the raw key (Controlled Identifiers 1.0, 2.2.2). */
import { toMultibase } from "@tau-edge/encoding";

/** Varints of the multicodec table: 0xed and 0xec. */
export const ED25519_PREFIX = Uint8Array.of(0xed, 0x01);
const X25519_PREFIX = Uint8Array.of(0xec, 0x01);

/** @param key 32 bytes */
export function ed25519Multibase(key: Uint8Array): string {
  return toMultibase("z", Uint8Array.of(...ED25519_PREFIX, ...key));
}

/** @param key 32 bytes */
export function x25519Multibase(key: Uint8Array): string {
  return toMultibase("z", Uint8Array.of(...X25519_PREFIX, ...key));
}

/**
 * did:key of a key that needs no look: one's own, or one that was checked. Others go through `didKeyOf`.
 * @param key 32 bytes
 */
export function didKeyText(key: Uint8Array): string {
  return `did:key:${ed25519Multibase(key)}`;
}
