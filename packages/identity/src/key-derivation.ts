/** The functions that turn a secret into key material, as arguments: native in apps, portable where there is none. */
import { hkdf } from "@noble/hashes/hkdf.js";
import { scrypt } from "@noble/hashes/scrypt.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { type Sha256, sha256 } from "@tau-edge/encoding";

/** HKDF with SHA-256 (RFC 5869). */
export type HkdfSha256 = (ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, lengthBytes: number) => Uint8Array;

/** scrypt (RFC 7914). Takes 128 N r bytes of memory, and for p times as long. */
export type Scrypt = (passphrase: Uint8Array, salt: Uint8Array, cost: ScryptCost) => Uint8Array;

export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  /** Bytes of the result. */
  readonly dkLen: number;
}

export interface KeyDerivation {
  readonly sha256: Sha256;
  readonly hkdfSha256: HkdfSha256;
  readonly scrypt: Scrypt;
}

/** The same bytes on every runtime. A scrypt of our cost takes 0.3 to 0.6 s here and 0.2 to 0.3 s natively. */
export const PORTABLE_KEY_DERIVATION: KeyDerivation = {
  sha256,
  hkdfSha256: (ikm, salt, info, lengthBytes) => hkdf(nobleSha256, ikm, salt, info, lengthBytes),
  scrypt: (passphrase, salt, cost) => scrypt(passphrase, salt, cost),
};
