/** HKDF and scrypt by the platform: the bytes of `PORTABLE_KEY_DERIVATION` in less time, on Node and on Deno. */
import { hkdfSync, scrypt, scryptSync } from "node:crypto";
import type { KeyDerivation, ScryptCost } from "@tau-edge/identity";
import type { Stretch } from "@tau-edge/ports";
import { nativeSha256 } from "./native-hash.ts";

export const NATIVE_KEY_DERIVATION: KeyDerivation = {
  sha256: nativeSha256,
  hkdfSha256: (ikm, salt, info, lengthBytes) => new Uint8Array(hkdfSync("sha256", ikm, salt, info, lengthBytes)),
  scrypt: (passphrase, salt, cost) => new Uint8Array(scryptSync(passphrase, salt, cost.dkLen, withMemory(cost))),
};

/** On a thread of the platform's pool. */
export const nativeStretch: Stretch = (passphrase, salt, cost) =>
  new Promise((resolve, reject) => {
    scrypt(passphrase, salt, cost.dkLen, withMemory(cost), (error, stretched) =>
      error === null ? resolve(new Uint8Array(stretched)) : reject(error),
    );
  });

/** The default of 32 MiB is what our cost takes, and OpenSSL wants a little beside it. */
function withMemory({ N, r, p }: ScryptCost) {
  return { N, r, p, maxmem: 256 * N * r };
}
