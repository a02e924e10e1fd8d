/**
 * From entropy to the secret of a key (identity.md 3.1), in a construction without ambiguity:
 *
 *     LP(x) = u32be(length of x in UTF-8) then x in UTF-8
 *     info  = LP(domain) LP(purpose) LP(method) LP(network) LP(subject)
 *     seed  = HKDF-SHA256(ikm, salt = SHA-256(domain), info with purpose "ed25519-identity", 32)
 *     ikm   = the bytes; of a passphrase scrypt(NFKC, salt = SHA-256(info with purpose "passphrase-salt"))
 *
 * The original joined its parts with colons, so `a:b` in `c` was `a` in `b:c`.
 */
import { encodeUtf8, type Sha256 } from "@tau-edge/encoding";
import type { Entropy } from "./entropy.ts";
import type { KeyDerivation, ScryptCost } from "./key-derivation.ts";
import { lengthPrefixed } from "./length-prefixed.ts";

export const DERIVATION_DOMAIN = "tau-edge/did-derive/v1";

/** OWASP's equivalent of N = 2^17 and p = 1 in 32 MiB; a Worker has 128 for everything. */
export const PASSPHRASE_COST: ScryptCost = { N: 2 ** 15, r: 8, p: 3, dkLen: 32 };

export interface DerivationPlace {
  readonly method: "key" | "web";
  readonly network: string;
  readonly subject: string;
}

export type DerivationPurpose = "ed25519-identity" | "passphrase-salt";

const SEED_BYTES = 32;

export function derivationInfo(purpose: DerivationPurpose, { method, network, subject }: DerivationPlace): Uint8Array {
  return lengthPrefixed([DERIVATION_DOMAIN, purpose, method, network, subject]);
}

export function derivationSalt(sha256: Sha256): Uint8Array {
  return sha256(encodeUtf8(DERIVATION_DOMAIN));
}

/** Secret, as the entropy is. */
export function inputKeyMaterial(entropy: Entropy, place: DerivationPlace, derivation: KeyDerivation): Uint8Array {
  if (entropy.kind === "bytes") return entropy.bytes;
  const salt = derivation.sha256(derivationInfo("passphrase-salt", place));
  return derivation.scrypt(encodeUtf8(entropy.passphrase), salt, PASSPHRASE_COST);
}

/** 32 secret bytes: the seed of RFC 8032 section 5.1.5. */
export function derivedSeed(entropy: Entropy, place: DerivationPlace, derivation: KeyDerivation): Uint8Array {
  const ikm = inputKeyMaterial(entropy, place, derivation);
  const info = derivationInfo("ed25519-identity", place);
  return derivation.hkdfSha256(ikm, derivationSalt(derivation.sha256), info, SEED_BYTES);
}
