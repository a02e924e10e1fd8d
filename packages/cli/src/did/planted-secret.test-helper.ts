/** Where did a secret go? Every file below a directory and every word that was printed, searched for all that it may look like. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeUtf8, sha256 } from "@tau-edge/encoding";
import {
  type DerivationRequest,
  deriveIdentity,
  type KeyDerivation,
  PORTABLE_KEY_DERIVATION,
} from "@tau-edge/identity";
import { placesOf as placesIn, type Readable } from "../../../../test/canary/encodings.ts";

/** The entropy, the key material of it, the seed of the key, and the hashes by which guesses could be tested. */
export function secretsOf(request: DerivationRequest): readonly Uint8Array[] {
  const material: Uint8Array[] = [];
  const listening: KeyDerivation = {
    ...PORTABLE_KEY_DERIVATION,
    hkdfSha256: (ikm, ...rest) => {
      material.push(ikm);
      return PORTABLE_KEY_DERIVATION.hkdfSha256(ikm, ...rest);
    },
  };
  const derived = deriveIdentity(request, listening);
  if (derived.outcome === "refused") throw new Error(derived.code);
  const { method, network, subject, entropy } = request;
  const text = encodeUtf8(entropy);
  const original = sha256(encodeUtf8([method, network, subject, entropy].join(":")));
  return [text, ...material, derived.secretSeed, sha256(text), original];
}

/** @returns the places in which one of them was found: paths of files, and `printed` */
export function placesOf(secrets: readonly Uint8Array[], dir: string, printed: string): readonly string[] {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const readables = files.map((entry): Readable => {
    const path = join(entry.parentPath, entry.name);
    return [path, readFileSync(path)];
  });
  return placesIn(secrets, [...readables, ["printed", Buffer.from(printed)]]);
}
