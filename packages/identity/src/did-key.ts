/**
 * did:key for Ed25519 (The did:key Method 0.9, "did:key Identifier Syntax"): the identifier is the key, so whoever parses
 * one has checked the key. Nothing here can be rotated or revoked; such an identity is for agents with short lives.
 */
import { EncodingError, fromMultibase } from "@tau-edge/encoding";
import { checkEd25519PublicKey, KEY_FAULT_MEANINGS, x25519FromEd25519 } from "@tau-edge/signature";
import { DID_CONTEXT, type DidDocument, verificationMethod } from "./did-document.ts";
import { refuseDidUrl } from "./did-url.ts";
import { IdentityError } from "./errors.ts";
import { DID_KEY_CHARS_MAX } from "./limits.ts";
import { ED25519_PREFIX, ed25519Multibase, x25519Multibase } from "./multikey.ts";

export interface DidKey {
  readonly did: string;
  /** 32 bytes that `checkEd25519PublicKey` found ok. */
  readonly publicKey: Uint8Array;
  /** What follows `did:key:`; the name of the key in the document, too. */
  readonly publicKeyMultibase: string;
}

const PREFIX = "did:key:";
const KEY_BYTES = 32;

/**
 * @throws IdentityError `did_too_long`, `did_method`, `did_url`, `did_key_multibase`, `did_key_codec`, `did_key_length`,
 * `did_key_point`
 */
export function parseDidKey(did: string): DidKey {
  if (did.length > DID_KEY_CHARS_MAX) throw new IdentityError("did_too_long", DID_KEY_CHARS_MAX);
  // DID 1.1 section 3.1: scheme and method are lowercase.
  if (!did.startsWith(PREFIX)) throw new IdentityError("did_method", 0, "The text does not begin with `did:key:`");
  refuseDidUrl(did);
  const bytes = decodeBase58(did.slice(PREFIX.length));
  // "Decode Public Key Algorithm": the varint comes first, and names the type of the key.
  if (bytes[0] !== ED25519_PREFIX[0] || bytes[1] !== ED25519_PREFIX[1])
    throw new IdentityError("did_key_codec", PREFIX.length);
  // "Signature Method Creation Algorithm": invalidPublicKeyLength, then invalidPublicKey.
  const publicKey = bytes.slice(ED25519_PREFIX.length);
  if (publicKey.length !== KEY_BYTES) throw new IdentityError("did_key_length", PREFIX.length);
  return didKeyOf(publicKey);
}

/**
 * @param publicKey as RFC 8032 section 5.1.5 encodes it
 * @throws IdentityError `did_key_length`, `did_key_point`
 */
export function didKeyOf(publicKey: Uint8Array): DidKey {
  if (publicKey.length !== KEY_BYTES) throw new IdentityError("did_key_length", PREFIX.length);
  const fault = checkEd25519PublicKey(publicKey);
  if (fault !== "ok") throw new IdentityError("did_key_point", PREFIX.length, KEY_FAULT_MEANINGS[fault]);
  const publicKeyMultibase = ed25519Multibase(publicKey);
  return { did: `${PREFIX}${publicKeyMultibase}`, publicKey, publicKeyMultibase };
}

/**
 * "Document Creation Algorithm", with the derived X25519 key that the method lists. Nothing here encrypts to it: one key
 * for two purposes has no proof that people agree on.
 */
export function didKeyDocument({ did, publicKey, publicKeyMultibase }: DidKey): DidDocument {
  const signing = verificationMethod(did, publicKeyMultibase, publicKeyMultibase);
  const agreement = x25519Multibase(x25519FromEd25519(publicKey));
  return {
    "@context": [DID_CONTEXT],
    id: did,
    verificationMethod: [signing],
    authentication: [signing.id],
    assertionMethod: [signing.id],
    capabilityDelegation: [signing.id],
    capabilityInvocation: [signing.id],
    keyAgreement: [verificationMethod(did, agreement, agreement)],
  };
}

/** `mb-value` of the syntax: a `z`, then base58btc. */
function decodeBase58(text: string): Uint8Array {
  if (!text.startsWith("z")) throw new IdentityError("did_key_multibase", PREFIX.length);
  try {
    return fromMultibase(text);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new IdentityError("did_key_multibase", PREFIX.length);
  }
}
