/** Ed25519 by node:crypto, at once: WebCrypto would take a promise and a thread of its pool for each signature. */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { toBase64url } from "@tau-edge/encoding";
import type { LiveVerify } from "@tau-edge/ports";

/** @param keysMax keys that are remembered: making one takes as long as using it */
export function nativeVerify(keysMax: number): LiveVerify {
  const keys = new Map<string, KeyObject>();

  function keyOf(publicKey: Uint8Array): KeyObject {
    const x = toBase64url(publicKey);
    const known = keys.get(x);
    if (known !== undefined) return known;
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    const [oldest] = keys.keys();
    if (keys.size >= keysMax && oldest !== undefined) keys.delete(oldest);
    keys.set(x, key);
    return key;
  }

  return (signature, message, publicKey) => {
    try {
      return verify(null, message, keyOf(publicKey), signature);
    } catch {
      // A key that OpenSSL does not take signs nothing.
      return false;
    }
  };
}
