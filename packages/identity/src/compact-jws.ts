/**
 * Signed tokens in the compact form (RFC 7515 section 7.1), narrowed to what is used here: Ed25519, strict JSON, one
 * written form. Reading believes nothing: whether the signature is good is asked elsewhere, with a key of the caller's.
 */
import {
  EncodingError,
  encodeUtf8,
  fromBase64url,
  readJson,
  toBase64url,
  writeCanonicalJson,
} from "@tau-edge/encoding";
import { IdentityError } from "./errors.ts";
import { isJsonObject, type JsonObject, own } from "./json-object.ts";
import { JWS_CHARS_MAX, JWS_DEPTH_MAX } from "./limits.ts";

export interface CompactJws {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  /** What is signed: header and payload as they were sent, with the dot. */
  readonly signingInput: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** The parts of a token before anybody looked into them. */
export interface JwsParts {
  readonly headerText: string;
  readonly payloadText: string;
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}

/** RFC 8032 section 5.1.6: 64 bytes of signature, which are 86 characters. */
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;

/**
 * RFC 8037 section 3.1 and RFC 9864 section 2.2: two names of one algorithm. `none` and everything else is refused, so no
 * header decides how its own token is checked (RFC 8725 section 3.1).
 */
const ALGORITHMS: readonly unknown[] = ["EdDSA", "Ed25519"];

/**
 * `crit` must be understood or refused (RFC 7515 section 4.1.11), `b64` changes what is signed (RFC 7797), `zip` is of
 * encryption, and the others bring a key from somewhere (RFC 8725 section 3.10).
 */
const FORBIDDEN = ["crit", "b64", "zip", "enc", "jku", "x5u", "x5c", "x5t", "x5t#S256"];

/** @throws IdentityError `jws_too_long`, `jws_form`, `jws_json`, `jws_alg`, `jws_header` */
export function readCompactJws(text: string): CompactJws {
  const { headerText, payloadText, signingInput, signature } = splitCompactJws(text);
  return { header: readJwsHeader(headerText), payload: readJwsPayload(payloadText), signingInput, signature };
}

/** @throws IdentityError `jws_too_long`, `jws_form` */
export function splitCompactJws(text: string): JwsParts {
  if (text.length > JWS_CHARS_MAX) throw new IdentityError("jws_too_long", JWS_CHARS_MAX);
  const [, headerText, payloadText, signatureText] = COMPACT.exec(text) ?? [];
  if (headerText === undefined || payloadText === undefined || signatureText === undefined)
    throw new IdentityError("jws_form", 0);
  return {
    headerText,
    payloadText,
    signingInput: encodeUtf8(text.slice(0, -signatureText.length - 1)),
    signature: decodePart(signatureText),
  };
}

/** @throws IdentityError `jws_form`, `jws_json`, `jws_alg`, `jws_header` */
export function readJwsHeader(text: string): JsonObject {
  const header = readPart(text, "header");
  if (!ALGORITHMS.includes(own(header, "alg"))) throw new IdentityError("jws_alg", "header.alg");
  const forbidden = FORBIDDEN.find((name) => Object.hasOwn(header, name));
  if (forbidden !== undefined) throw new IdentityError("jws_header", `header.${forbidden}`);
  return header;
}

/** @throws IdentityError `jws_form`, `jws_json` */
export function readJwsPayload(text: string): JsonObject {
  return readPart(text, "payload");
}

/** Members in the order in which they are given: the signature covers these bytes, so their order is nobody's concern. */
export function jwsSigningInput(header: JsonObject, payload: JsonObject): Uint8Array {
  return encodeUtf8(`${writePart(header)}.${writePart(payload)}`);
}

/**
 * @param signingInput what `jwsSigningInput` gave
 * @param signature 64 bytes
 */
export function finishJws(signingInput: Uint8Array, signature: Uint8Array): string {
  return `${String.fromCharCode(...signingInput)}.${toBase64url(signature)}`;
}

function readPart(text: string, name: "header" | "payload"): JsonObject {
  const bytes = decodePart(text);
  try {
    const value = readJson(bytes, { depth_max: JWS_DEPTH_MAX });
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
  }
  throw new IdentityError("jws_json", name);
}

/** RFC 7515 section 2 has no padding; a second written form of one token would get past whoever counts by its text. */
function decodePart(text: string): Uint8Array {
  try {
    return fromBase64url(text);
  } catch (error) {
    if (error instanceof EncodingError) throw new IdentityError("jws_form", 0);
    throw error;
  }
}

function writePart(value: JsonObject): string {
  return toBase64url(writeCanonicalJson(value));
}
