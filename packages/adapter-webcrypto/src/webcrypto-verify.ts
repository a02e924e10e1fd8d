/** WebCrypto's Ed25519, with the keys that it has imported. Alone it gives another verdict on every platform. */
import { toHex } from "@tau-edge/encoding";
import type { LiveVerify } from "@tau-edge/ports";

/** @param keysMax beyond it the key that was imported first is forgotten */
export function webCryptoVerify(keysMax: number): LiveVerify {
  const imported = new Map<string, Promise<CryptoKey>>();
  return async (signature, message, publicKey) =>
    crypto.subtle.verify("Ed25519", await keyOf(publicKey), signature.slice(), message.slice());

  function keyOf(publicKey: Uint8Array): Promise<CryptoKey> {
    const name = toHex(publicKey);
    const known = imported.get(name);
    if (known !== undefined) return known;
    for (const oldest of imported.keys()) {
      if (imported.size < keysMax) break;
      imported.delete(oldest);
    }
    const key = crypto.subtle.importKey("raw", publicKey.slice(), "Ed25519", false, ["verify"]);
    imported.set(name, key);
    key.catch(() => imported.delete(name));
    return key;
  }
}
