/** HKDF and scrypt by the platform: the bytes of `PORTABLE_KEY_DERIVATION` in less time, on Node and on Deno. */
import { hkdfSync, scryptSync } from "node:crypto";
import type { KeyDerivation } from "@tau-edge/identity";
import { nativeSha256 } from "./native-hash.ts";

export const NATIVE_KEY_DERIVATION: KeyDerivation = {
  sha256: nativeSha256,
  hkdfSha256: (ikm, salt, info, lengthBytes) => new Uint8Array(hkdfSync("sha256", ikm, salt, info, lengthBytes)),
  scrypt: (passphrase, salt, { N, r, p, dkLen }) =>
    // The default of 32 MiB is what our cost takes, and OpenSSL wants a little beside it.
    new Uint8Array(scryptSync(passphrase, salt, dkLen, { N, r, p, maxmem: 256 * N * r })),
};
