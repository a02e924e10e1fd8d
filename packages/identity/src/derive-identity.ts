/** (method, network, subject, entropy) -> an identity, always the same one (S1, "Browser-native DID bootstrap"). */
import { ed25519PublicKey } from "@tau-edge/signature";
import { derivedSeed } from "./derived-seed.ts";
import { type Entropy, readEntropy } from "./entropy.ts";
import type { KeyDerivation } from "./key-derivation.ts";
import { checkPlace, type DidMethod, type PublicIdentity, publicIdentity } from "./public-identity.ts";

export interface DerivationRequest {
  readonly method: DidMethod;
  readonly network: string;
  readonly subject: string;
  /** `hex:…`, `base64url:…` or a passphrase. */
  readonly entropy: string;
  /** Takes a passphrase outside devnets too; its identity stays `dev`. */
  readonly allow_weak_entropy?: boolean;
}

/** Why an identity is not derived although the request is well-formed. The codes are public API. */
export const DERIVATION_REFUSALS = {
  entropy_well_known: {
    meaning:
      "The entropy is a sample of the documentation, so its key belongs to everybody, and the network is no devnet.",
    remedy: "Get 32 random bytes with `tau-edge did entropy`.",
  },
  entropy_weak: {
    meaning:
      "The entropy is a passphrase, which can be guessed from the DID, and the network does not end in `-devnet`.",
    remedy: "Get 32 random bytes with `tau-edge did entropy`, or take the risk with `--allow-weak-entropy`.",
  },
} as const;

export type DerivationRefusalCode = keyof typeof DERIVATION_REFUSALS;

export type Derivation =
  | {
      readonly outcome: "derived";
      /** May be shown, stored and served. */
      readonly identity: PublicIdentity;
      /** The secret of RFC 8032 section 5.1.5: for the signer, and for nobody and nothing else. */
      readonly secretSeed: Uint8Array;
    }
  | { readonly outcome: "refused"; readonly code: DerivationRefusalCode };

/** S1's guide, S1's two defaults, and what people type to see whether it works. */
const WELL_KNOWN: ReadonlySet<string> = new Set([
  ...["local-dev-seed", "tau-browser-seed", "default-seed", "seed-001"],
  ...["seed", "entropy", "test", "password", "passphrase", "secret", "changeme", "browser-agent"],
]);

/**
 * The same bytes on every runtime, whichever functions are handed in. A passphrase costs one scrypt.
 * @throws IdentityError for malformed names or entropy; see `checkPlace` and `readEntropy`
 */
export function deriveIdentity(request: DerivationRequest, derivation: KeyDerivation): Derivation {
  const { method, network, subject } = request;
  checkPlace(method, network, subject);
  const entropy = readEntropy(request.entropy);
  const code = refusalOf(entropy, request);
  if (code !== undefined) return { outcome: "refused", code };
  const secretSeed = derivedSeed(entropy, { method, network, subject }, derivation);
  const assurance = entropy.kind === "bytes" ? "strong" : "dev";
  const publicKey = ed25519PublicKey(secretSeed);
  return {
    outcome: "derived",
    identity: publicIdentity({ method, network, subject, assurance, publicKey }),
    secretSeed,
  };
}

function refusalOf(entropy: Entropy, request: DerivationRequest): DerivationRefusalCode | undefined {
  if (entropy.kind === "bytes" || isDevnet(request.network)) return undefined;
  if (WELL_KNOWN.has(entropy.passphrase.toLowerCase())) return "entropy_well_known";
  return request.allow_weak_entropy === true ? undefined : "entropy_weak";
}

/** On such a network nothing is at stake, and everybody says so in its name. */
export function isDevnet(network: string): boolean {
  return network.endsWith("-devnet");
}
