/**
 * Somebody else's DID document, read strictly (DID 1.1; did:web Method Specification, "Read (Resolve)"): only its Ed25519
 * keys, and only where everything around them says one thing. Who fetches it, and whether one should, is the caller's.
 */
import { EncodingError, fromMultibase, type JsonValue, readJson } from "@tau-edge/encoding";
import { checkEd25519PublicKey, KEY_FAULT_MEANINGS } from "@tau-edge/signature";
import { IdentityError } from "./errors.ts";
import { isJsonObject, type JsonObject, own } from "./json-object.ts";
import { readOkpJwk } from "./jwk.ts";
import { DID_DOCUMENT_BYTES_MAX, DOCUMENT_KEYS_MAX } from "./limits.ts";
import { ED25519_PREFIX } from "./multikey.ts";

export interface DidDocumentKey {
  /** `<did>#<name>` */
  readonly id: string;
  /** 32 bytes that `checkEd25519PublicKey` found ok. */
  readonly publicKey: Uint8Array;
  /** May prove that somebody is the DID. */
  readonly authentication: boolean;
  /** May vouch for something in the name of the DID. */
  readonly assertionMethod: boolean;
}

export interface DidDocumentReading {
  readonly did: string;
  readonly keys: readonly DidDocumentKey[];
  /** Ids of keys of kinds that are not used here. */
  readonly otherKeys: readonly string[];
}

interface Method {
  readonly id: string;
  /** Absent for kinds that are not used here. */
  readonly publicKey?: Uint8Array;
}

type Relationship = "authentication" | "assertionMethod";
const RELATIONSHIPS = [
  ...["authentication", "assertionMethod", "keyAgreement"],
  ...["capabilityInvocation", "capabilityDelegation"],
];

/** DID 1.1 section 3.2: a fragment as RFC 3986 section 3.5 has it; 128 characters, or as many escapes, at most. */
const FRAGMENT = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}){1,128}$/;

/**
 * @param did the one that was asked for
 * @throws IdentityError `did_document_*`
 */
export function readDidDocument(bytes: Uint8Array, did: string): DidDocumentReading {
  const document = readDocumentJson(bytes);
  // did:web, "Read (Resolve)", step 7: what lies there must be about who was asked for.
  if (own(document, "id") !== did) throw new IdentityError("did_document_id", "$.id");
  const listed = listOf(document, "verificationMethod").map((value, index) =>
    readMethod(value, did, `$.verificationMethod[${index}]`),
  );
  const named = new Map(RELATIONSHIPS.map((name) => [name, relationOf(document, name, listed, did)]));
  const embedded = [...named.values()].flat().filter((method) => !listed.includes(method));
  const all = [...listed, ...embedded];
  checkDistinct(all);
  const may = (name: Relationship, method: Method) => named.get(name)?.includes(method) === true;
  return {
    did,
    keys: all.flatMap((method) => {
      const { id, publicKey } = method;
      if (publicKey === undefined) return [];
      const authentication = may("authentication", method);
      return [{ id, publicKey, authentication, assertionMethod: may("assertionMethod", method) }];
    }),
    otherKeys: all.filter(({ publicKey }) => publicKey === undefined).map(({ id }) => id),
  };
}

function readDocumentJson(bytes: Uint8Array): JsonObject {
  if (bytes.length > DID_DOCUMENT_BYTES_MAX) throw new IdentityError("did_document_too_large", "$");
  try {
    const value = readJson(bytes);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
  }
  throw new IdentityError("did_document_syntax", "$");
}

/** The methods that a relationship names (DID 1.1 section 5.3): by their id, or embedded. */
function relationOf(document: JsonObject, name: string, listed: readonly Method[], did: string): readonly Method[] {
  return listOf(document, name).map((value, index) => {
    const at = `$.${name}[${index}]`;
    if (isJsonObject(value)) return readMethod(value, did, at);
    const method = listed.find(({ id }) => id === value);
    // A key that stands in a document of somebody else would be theirs to change.
    if (method === undefined) throw new IdentityError("did_document_url", at);
    return method;
  });
}

function readMethod(value: JsonValue, did: string, at: string): Method {
  if (!isJsonObject(value)) throw new IdentityError("did_document_field", at);
  const [id, type, controller] = [own(value, "id"), own(value, "type"), own(value, "controller")];
  if (typeof type !== "string") throw new IdentityError("did_document_field", `${at}.type`);
  // did:web, "DID document": every DID URL inside is absolute. Relative ones are what two readers resolve in two ways.
  if (typeof id !== "string" || !id.startsWith(`${did}#`) || !FRAGMENT.test(id.slice(did.length + 1)))
    throw new IdentityError("did_document_url", `${at}.id`);
  if (controller !== did) throw new IdentityError("did_document_url", `${at}.controller`);
  const publicKey = keyOf(value, type, at);
  return { id, ...(publicKey !== undefined && { publicKey }) };
}

/** Whoever writes one key in two ways is refused: it would be two keys to two readers. */
function keyOf(method: JsonObject, type: string, at: string): Uint8Array | undefined {
  const member = KEY_MEMBERS.get(type);
  if (member === undefined) return undefined;
  const other = member === "publicKeyJwk" ? "publicKeyMultibase" : "publicKeyJwk";
  if (Object.hasOwn(method, other)) throw new IdentityError("did_document_key", `${at}.${other}`);
  const value = own(method, member);
  return member === "publicKeyJwk" ? jwkOf(value, `${at}.${member}`) : multikeyOf(value, `${at}.${member}`);
}

/** Controlled Identifiers 1.0 section 2.2, and the older names of the same things. */
const KEY_MEMBERS: ReadonlyMap<string, "publicKeyMultibase" | "publicKeyJwk"> = new Map([
  ["Multikey", "publicKeyMultibase"],
  ["Ed25519VerificationKey2020", "publicKeyMultibase"],
  ["JsonWebKey", "publicKeyJwk"],
  ["JsonWebKey2020", "publicKeyJwk"],
]);

/** Members that a published key may have beside the three: they say no more than the document does. */
const JWK_NOTES = new Set(["alg", "use", "kid"]);

/** @returns undefined for a key of another curve */
function jwkOf(value: JsonValue | undefined, at: string): Uint8Array | undefined {
  if (!isJsonObject(value)) throw new IdentityError("did_document_field", at);
  // Whoever publishes a secret has lost it.
  if (Object.hasOwn(value, "d")) throw new IdentityError("did_document_key", at);
  if (own(value, "kty") !== "OKP" || own(value, "crv") !== "Ed25519") return undefined;
  const bare = Object.fromEntries(Object.entries(value).filter(([name]) => !JWK_NOTES.has(name)));
  try {
    return readOkpJwk(bare);
  } catch (error) {
    if (error instanceof IdentityError) throw new IdentityError("did_document_key", at);
    throw error;
  }
}

/** @returns undefined for a key of another codec */
function multikeyOf(value: JsonValue | undefined, at: string): Uint8Array | undefined {
  if (typeof value !== "string") throw new IdentityError("did_document_field", at);
  const bytes = decoded(value, at);
  if (bytes[0] !== ED25519_PREFIX[0] || bytes[1] !== ED25519_PREFIX[1]) return undefined;
  const publicKey = bytes.slice(ED25519_PREFIX.length);
  const fault = checkEd25519PublicKey(publicKey);
  if (fault !== "ok") throw new IdentityError("did_document_key", at, KEY_FAULT_MEANINGS[fault]);
  return publicKey;
}

function decoded(text: string, at: string): Uint8Array {
  try {
    return fromMultibase(text);
  } catch (error) {
    if (error instanceof EncodingError) throw new IdentityError("did_document_key", at);
    throw error;
  }
}

function listOf(document: JsonObject, name: string): readonly JsonValue[] {
  const value = own(document, name) ?? [];
  if (!Array.isArray(value)) throw new IdentityError("did_document_field", `$.${name}`);
  if (value.length > DOCUMENT_KEYS_MAX) throw new IdentityError("did_document_too_large", `$.${name}`);
  return value;
}

/** One id is one key; one key under two ids may be listed as a successor of itself, and is. */
function checkDistinct(methods: readonly Method[]): void {
  const ids = new Set(methods.map(({ id }) => id));
  if (ids.size !== methods.length) throw new IdentityError("did_document_key", "$.verificationMethod");
}
