/**
 * DPoP proofs (RFC 9449 section 4): that whoever sends this request holds the key, said for this request alone. Reading
 * one believes nothing; its signature is checked by a live verifier, and its `jti` and nonce by a `ProofMemory`.
 */
import { type Sha256, toBase64url } from "@tau-edge/encoding";
import { Claims } from "./claims.ts";
import { jwsSigningInput, readJwsHeader, readJwsPayload, splitCompactJws } from "./compact-jws.ts";
import { IdentityError } from "./errors.ts";
import { hasExactly } from "./json-object.ts";
import { jwkThumbprint, okpJwk, readOkpJwk } from "./jwk.ts";
import { DPOP_HEADER_CHARS_MAX, HTM_CHARS_MAX, HTU_CHARS_MAX, JTI_CHARS_MAX, NONCE_CHARS_MAX } from "./limits.ts";
import { didKeyText } from "./multikey.ts";

/** Who signs, as the header of a proof says it. Shared by all proofs of one key: not to be written to. */
export interface DpopKey {
  /** 32 bytes that `checkEd25519PublicKey` found ok. */
  readonly publicKey: Uint8Array;
  /** did:key of it. */
  readonly did: string;
  /** Its thumbprint (RFC 7638), to which access tokens are bound (RFC 9449 section 6.1). */
  readonly jkt: string;
}

/** What a proof says of its request. */
export interface DpopClaims {
  readonly jti: string;
  readonly htm: string;
  readonly htu: string;
  readonly iat_unix_ms: number;
  /** base64url SHA-256 of the access token. */
  readonly ath?: string;
  readonly nonce?: string;
  /** base64url SHA-256 of the secret of a bootstrap link: ours, not the RFC's. */
  readonly lsh?: string;
}

export interface DpopProof extends DpopKey, DpopClaims {
  readonly signingInput: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** From the first part of a token to its key; `rememberDpopKeys` makes one that need not look at a key twice. */
export type DpopHeaderReader = (headerText: string) => DpopKey;

const HASH_CHARS = 43;

/**
 * RFC 9449 section 4.3, checks 2 to 5 and 7, and the types of the claims of section 4.2.
 *
 * @throws IdentityError `jws_*`, `jwk_*`, `dpop_type`, `dpop_header`, `dpop_claim`
 */
export function readDpopProof(
  text: string,
  sha256: Sha256,
  readHeader: DpopHeaderReader = (headerText) => readDpopHeader(headerText, sha256),
): DpopProof {
  const { headerText, payloadText, signingInput, signature } = splitCompactJws(text);
  return { ...readHeader(headerText), ...readClaims(payloadText), signingInput, signature };
}

/**
 * Headers come again with every request of an agent, and looking at a key takes longer than all the rest. Only good ones
 * are remembered; beyond `keysMax` the one that came first is forgotten, and looked at again.
 */
export function rememberDpopKeys(keysMax: number, sha256: Sha256): DpopHeaderReader {
  const known = new Map<string, DpopKey>();
  return (headerText) => {
    const found = known.get(headerText);
    if (found !== undefined) return found;
    const key = readDpopHeader(headerText, sha256);
    if (headerText.length <= DPOP_HEADER_CHARS_MAX) remember(headerText, key);
    return key;
  };

  function remember(headerText: string, key: DpopKey): void {
    for (const oldest of known.keys()) {
      if (known.size < keysMax) break;
      known.delete(oldest);
    }
    known.set(headerText, key);
  }
}

function readDpopHeader(headerText: string, sha256: Sha256): DpopKey {
  const header = readJwsHeader(headerText);
  // RFC 8725 section 3.11: a token of another kind is none of ours, however good its signature.
  if (header["typ"] !== "dpop+jwt") throw new IdentityError("dpop_type", "header.typ");
  if (!hasExactly(header, ["typ", "alg", "jwk"])) throw new IdentityError("dpop_header", "header");
  const publicKey = readOkpJwk(header["jwk"]);
  return { publicKey, did: didKeyText(publicKey), jkt: jwkThumbprint(publicKey, sha256) };
}

function readClaims(payloadText: string): DpopClaims {
  const claims = new Claims(readJwsPayload(payloadText), "dpop_claim");
  const ath = hashClaim(claims, "ath");
  const nonce = claims.optionalText("nonce", NONCE_CHARS_MAX);
  const lsh = hashClaim(claims, "lsh");
  return {
    jti: claims.text("jti", JTI_CHARS_MAX),
    htm: claims.text("htm", HTM_CHARS_MAX),
    htu: claims.text("htu", HTU_CHARS_MAX),
    iat_unix_ms: claims.instant("iat"),
    ...(ath !== undefined && { ath }),
    ...(nonce !== undefined && { nonce }),
    ...(lsh !== undefined && { lsh }),
  };
}

function hashClaim(claims: Claims, name: "ath" | "lsh"): string | undefined {
  const text = claims.optionalText(name, HASH_CHARS);
  if (text !== undefined && text.length !== HASH_CHARS) throw claims.refused(name);
  return text;
}

/**
 * What the holder of a key signs; `finishJws` makes the proof of it.
 * @param publicKey 32 bytes of Ed25519
 */
export function dpopSigningInput(publicKey: Uint8Array, claims: DpopClaims): Uint8Array {
  const { jti, htm, htu, iat_unix_ms, ath, nonce, lsh } = claims;
  return jwsSigningInput(
    { alg: "EdDSA", typ: "dpop+jwt", jwk: { ...okpJwk(publicKey) } },
    {
      ...{ jti, htm, htu, iat: Math.floor(iat_unix_ms / 1_000) },
      ...(ath !== undefined && { ath }),
      ...(nonce !== undefined && { nonce }),
      ...(lsh !== undefined && { lsh }),
    },
  );
}

/** `ath` and `lsh` (RFC 9449 section 4.2): base64url of the SHA-256 of the ASCII text. */
export function dpopHash(secret: Uint8Array, sha256: Sha256): string {
  return toBase64url(sha256(secret));
}
