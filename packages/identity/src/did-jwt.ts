/**
 * Tokens of one DID for another in the wire format of the did-jwt library: a JWT (RFC 7519) by a DID. Narrower than that
 * library in what it takes: `aud` and `exp` must be there, `typ` and `alg` are pinned, and reading does not verify.
 */
import { Claims } from "./claims.ts";
import { jwsSigningInput, readCompactJws } from "./compact-jws.ts";
import { parseDidKey } from "./did-key.ts";
import { parseDidWeb } from "./did-web.ts";
import { IdentityError } from "./errors.ts";
import { type JsonObject, own } from "./json-object.ts";
import { AUDIENCES_MAX, DID_JWT_SKEW_MS_MAX, DID_WEB_CHARS_MAX, KEY_NAME_CHARS_MAX } from "./limits.ts";

export interface DidJwtClaims {
  /** Who signs: a DID. */
  readonly issuer: string;
  /** For whom it is: a DID. */
  readonly audience: string;
  readonly issued_unix_ms: number;
  readonly expires_unix_ms: number;
  /** What else it says. The claims above win over the same names here. */
  readonly more?: JsonObject;
}

/** A token whose signature nobody has checked yet. */
export interface UnverifiedDidJwt {
  readonly issuer: string;
  /** The key of a did:key; absent for a did:web, whose document must say it. */
  readonly publicKey?: Uint8Array;
  /** `<issuer>#<name>`; always there for a did:web. */
  readonly kid?: string;
  readonly audiences: readonly string[];
  readonly expires_unix_ms: number;
  readonly issued_unix_ms?: number;
  readonly not_before_unix_ms?: number;
  /** All of its claims. */
  readonly payload: JsonObject;
  readonly signingInput: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

export interface DidJwtExpectation {
  /** The DID of whoever reads it. */
  readonly audience: string;
  readonly now_unix_ms: number;
  /** How far the issuer's clock may be off, at most 60,000 ms. */
  readonly skew_ms: number;
}

/** Why a well-formed DID-JWT does not count here and now. The codes are public API. */
export const DID_JWT_FAULTS = {
  did_jwt_audience: {
    meaning: "The DID-JWT is for somebody else (RFC 7519 section 4.1.3).",
    remedy: "Ask for a token whose `aud` is this DID.",
  },
  did_jwt_expired: {
    meaning: "The DID-JWT has expired (RFC 7519 section 4.1.4).",
    remedy: "Ask for a new one.",
  },
  did_jwt_not_yet: {
    meaning: "The DID-JWT begins later, or was issued in the future (RFC 7519 sections 4.1.5 and 4.1.6).",
    remedy: "Set the clock of the issuer, or wait.",
  },
} as const;

export type DidJwtFault = keyof typeof DID_JWT_FAULTS;

const HEADER = new Set(["alg", "typ", "kid"]);

/**
 * What the issuer signs; `finishJws` makes the token of it.
 * @param kid `<issuer>#<name>`, which a did:web needs
 */
export function didJwtSigningInput(claims: DidJwtClaims, kid?: string): Uint8Array {
  const { issuer, audience, issued_unix_ms, expires_unix_ms, more = {} } = claims;
  return jwsSigningInput(
    { alg: "EdDSA", typ: "JWT", ...(kid !== undefined && { kid }) },
    {
      ...more,
      ...{ iss: issuer, aud: audience },
      ...{ iat: Math.floor(issued_unix_ms / 1_000), exp: Math.floor(expires_unix_ms / 1_000) },
    },
  );
}

/** @throws IdentityError `jws_*`, `did_jwt_*`, and of a did:key what `parseDidKey` says of its key */
export function readDidJwt(text: string): UnverifiedDidJwt {
  const { header, payload, signingInput, signature } = readCompactJws(text);
  // RFC 8725 section 3.11. RFC 7519 section 5.1 recommends the capitals, and did-jwt writes them.
  if (own(header, "typ") !== "JWT") throw new IdentityError("did_jwt_type", "header.typ");
  const unknown = Object.keys(header).find((name) => !HEADER.has(name));
  if (unknown !== undefined) throw new IdentityError("did_jwt_header", "header");
  const claims = new Claims(payload, "did_jwt_claim");
  const issuer = claims.text("iss", DID_WEB_CHARS_MAX);
  const publicKey = keyOf(issuer);
  const kid = kidOf(own(header, "kid"), issuer, publicKey !== undefined);
  const issued_unix_ms = claims.optionalInstant("iat");
  const not_before_unix_ms = claims.optionalInstant("nbf");
  return {
    ...{ issuer, audiences: audiencesOf(payload, claims), expires_unix_ms: claims.instant("exp") },
    ...(publicKey !== undefined && { publicKey }),
    ...(kid !== undefined && { kid }),
    ...(issued_unix_ms !== undefined && { issued_unix_ms }),
    ...(not_before_unix_ms !== undefined && { not_before_unix_ms }),
    ...{ payload, signingInput, signature },
  };
}

/** Its signature is asked about elsewhere. */
export function didJwtFault(jwt: UnverifiedDidJwt, expected: DidJwtExpectation): DidJwtFault | undefined {
  const { audience, now_unix_ms, skew_ms } = expected;
  if (!(skew_ms >= 0 && skew_ms <= DID_JWT_SKEW_MS_MAX))
    throw new RangeError(`the skew is from 0 to ${DID_JWT_SKEW_MS_MAX} ms, got ${skew_ms}`);
  if (!jwt.audiences.includes(audience)) return "did_jwt_audience";
  // Written so that a time that is no number is never before the end.
  if (!(now_unix_ms < jwt.expires_unix_ms + skew_ms)) return "did_jwt_expired";
  const begins = Math.max(jwt.not_before_unix_ms ?? 0, jwt.issued_unix_ms ?? 0);
  return now_unix_ms + skew_ms >= begins ? undefined : "did_jwt_not_yet";
}

function keyOf(issuer: string): Uint8Array | undefined {
  if (issuer.startsWith("did:key:")) return parseDidKey(issuer).publicKey;
  if (!issuer.startsWith("did:web:")) throw new IdentityError("did_jwt_issuer", "payload.iss");
  parseDidWeb(issuer);
  return undefined;
}

function kidOf(kid: unknown, issuer: string, isKey: boolean): string | undefined {
  if (kid === undefined && isKey) return undefined;
  if (typeof kid !== "string" || !kid.startsWith(`${issuer}#`)) throw new IdentityError("did_jwt_header", "header.kid");
  const name = kid.slice(issuer.length + 1);
  // A did:key has one key, and its name is the key.
  const isKnown = isKey ? issuer === `did:key:${name}` : /^[A-Za-z0-9._-]+$/.test(name);
  if (!isKnown || name.length > KEY_NAME_CHARS_MAX) throw new IdentityError("did_jwt_header", "header.kid");
  return kid;
}

/** RFC 7519 section 4.1.3: one text, or a list of them. */
function audiencesOf(payload: JsonObject, claims: Claims): readonly string[] {
  const value = own(payload, "aud");
  if (!Array.isArray(value)) return [claims.text("aud", DID_WEB_CHARS_MAX)];
  const audiences = value.filter((one) => typeof one === "string" && one !== "" && one.length <= DID_WEB_CHARS_MAX);
  if (audiences.length !== value.length || value.length === 0 || value.length > AUDIENCES_MAX)
    throw claims.refused("aud");
  return audiences.map(String);
}
