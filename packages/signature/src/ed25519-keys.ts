/** What follows from an Ed25519 key, in code that gives the same bytes everywhere. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { checkEd25519PublicKey } from "./ed25519.ts";

const SEED_BYTES = 32;

/**
 * The public key of a secret (RFC 8032 section 5.1.5). Takes a time that depends on the secret: for commands that run now
 * and then, not for a server that strangers can time.
 * @param seed 32 secret bytes
 */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  if (seed.length !== SEED_BYTES) throw new RangeError(`an Ed25519 seed has ${SEED_BYTES} bytes, got ${seed.length}`);
  return ed25519.getPublicKey(seed);
}

/**
 * The X25519 key of the same point: u = (1 + y) / (1 - y) (RFC 7748 section 4.1). did:key documents list it; nothing in
 * this house encrypts to it.
 * @param publicKey one that `checkEd25519PublicKey` found ok
 */
export function x25519FromEd25519(publicKey: Uint8Array): Uint8Array {
  // y = 1 has no u, and a point of small order gives a key whose secret everyone knows.
  const fault = checkEd25519PublicKey(publicKey);
  if (fault !== "ok") throw new RangeError(`the Ed25519 key was not checked: ${fault}`);
  return ed25519.utils.toMontgomery(publicKey);
}
