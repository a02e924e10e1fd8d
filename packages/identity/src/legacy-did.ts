/**
 * The original's "DIDs" (contract table 4). They were never valid, and no key belongs to them, so nobody can prove to be
 * one. They are recognised in order to be named and replaced, never accepted.
 */
import { EncodingError, encodeUtf8, fromBase64url, type Sha256, toBase64url, toHex } from "@tau-edge/encoding";
import { rustTrim } from "@tau-edge/manifest";
import { IdentityError } from "./errors.ts";
import { DID_WEB_CHARS_MAX, ENTROPY_CHARS_MAX } from "./limits.ts";
import { normalizeLegacyName } from "./names.ts";
import type { DidMethod } from "./public-identity.ts";

/** What is wrong with an identifier of the original. The codes are public API. */
export const LEGACY_PROBLEMS = {
  hash_not_key: "It holds a hash of its parts and its entropy, not a public key: nobody can sign for it.",
  no_multicodec: "It does not say what it holds; an Ed25519 key would begin with 0xed 0x01, and the text with `z6Mk`.",
  not_base58btc: "It announces base58btc with `z` and goes on in base64url, with signs that base58btc does not have.",
  guessable_entropy: "It is a hash of its entropy, so whoever guesses the entropy can tell that the guess is right.",
  no_key: "No key belongs to it: its entropy was not used for anything.",
  host_not_a_domain: "Its host is no domain name: the original turned the dots of the network into colons.",
} as const;

export type LegacyProblem = keyof typeof LEGACY_PROBLEMS;

export interface LegacyInputs {
  readonly method: DidMethod;
  readonly network: string;
  readonly subject: string;
  readonly entropy: string;
}

/** What somebody has of the original: the DID, or more of its file. */
export interface LegacyClaim {
  readonly did: string;
  /** The hash in hex, as the original's file has it; for did:web the only trace of the entropy. */
  readonly fingerprint?: string;
}

export type LegacyVerdict =
  /** The original made it from these inputs. `entropy_proven` is false where nothing in the claim depends on it. */
  | { readonly outcome: "original"; readonly problems: readonly LegacyProblem[]; readonly entropy_proven: boolean }
  /** It has the original's form, and other inputs. */
  | { readonly outcome: "other_inputs"; readonly problems: readonly LegacyProblem[] }
  | { readonly outcome: "not_legacy" };

/**
 * What is wrong with it, when it has a form that only the original wrote; undefined for everything else. A did:web of
 * the original with a network like `tau-devnet` has a host without a dot, which no valid one has.
 */
export function legacyProblems(did: string): readonly LegacyProblem[] | undefined {
  if (did.length > DID_WEB_CHARS_MAX) return undefined;
  const [scheme, method, ...parts] = did.split(":");
  if (scheme !== "did") return undefined;
  if (method === "key" && parts.length === 1) return keyProblems(parts[0] ?? "");
  if (method === "web") return webProblems(parts);
  return undefined;
}

/**
 * Computes again what the original would have made (S1: SHA-256 of `method:network:subject:entropy`).
 * @throws IdentityError `network_malformed`, `subject_malformed`, `entropy_empty`, `entropy_too_long`, `entropy_ill_formed`
 */
export function verifyLegacyDid(
  { did, fingerprint }: LegacyClaim,
  inputs: LegacyInputs,
  sha256: Sha256,
): LegacyVerdict {
  const problems = legacyProblems(did);
  if (problems === undefined) return { outcome: "not_legacy" };
  const made = legacyDid(inputs, sha256);
  const proven = fingerprint === undefined ? inputs.method === "key" : fingerprint === made.fingerprint;
  if (did !== made.did || (fingerprint !== undefined && !proven)) return { outcome: "other_inputs", problems };
  return { outcome: "original", problems, entropy_proven: proven };
}

/** The fingerprint tests guesses of the entropy, so it does not leave this file. */
function legacyDid(inputs: LegacyInputs, sha256: Sha256): { readonly did: string; readonly fingerprint: string } {
  const { method } = inputs;
  const network = normalizeLegacyName("network", inputs.network);
  const subject = normalizeLegacyName("subject", inputs.subject);
  const entropy = legacyEntropy(inputs.entropy);
  const digest = sha256(encodeUtf8([method, network, subject, entropy].join(":")));
  return { did: legacyDidOf({ method, network, subject }, digest), fingerprint: toHex(digest) };
}

/** From normalised names; only a did:key has something of the digest in it. */
export function legacyDidOf({ method, network, subject }: Omit<LegacyInputs, "entropy">, digest: Uint8Array): string {
  return method === "key" ? `did:key:z${toBase64url(digest)}` : `did:web:${network.replaceAll(".", ":")}:${subject}`;
}

function legacyEntropy(text: string): string {
  if (text.length > ENTROPY_CHARS_MAX) throw new IdentityError("entropy_too_long", "entropy");
  // The original read UTF-8, which has no lone surrogates.
  if (!text.isWellFormed()) throw new IdentityError("entropy_ill_formed", "entropy");
  const trimmed = rustTrim(text);
  if (trimmed === "") throw new IdentityError("entropy_empty", "entropy");
  return trimmed;
}

/** `z` and 32 bytes in base64url: 44 characters, where an Ed25519 key in base58btc has 48. */
function keyProblems(text: string): readonly LegacyProblem[] | undefined {
  if (!/^z[A-Za-z0-9_-]{43}$/.test(text) || !isBase64url(text.slice(1))) return undefined;
  const legal = /^[1-9A-HJ-NP-Za-km-z]+$/.test(text);
  return ["hash_not_key", "no_multicodec", ...(legal ? [] : (["not_base58btc"] as const)), "guessable_entropy"];
}

function webProblems([host = "", ...path]: readonly string[]): readonly LegacyProblem[] | undefined {
  const isPart = (part: string) => /^[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?$/.test(part);
  if (host.includes(".") || ![host, ...path].every(isPart) || path.length === 0) return undefined;
  return ["no_key", "host_not_a_domain"];
}

function isBase64url(text: string): boolean {
  try {
    return fromBase64url(text).length === 32;
  } catch (error) {
    if (error instanceof EncodingError) return false;
    throw error;
  }
}
