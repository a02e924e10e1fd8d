import { encodeUtf8, toBase64url } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { didKeyDocument, didKeyOf } from "./did-key.ts";
import { parseDidWeb } from "./did-web.ts";
import { didWebDocument } from "./did-web-document.ts";
import { readDidDocument } from "./did-web-reading.ts";
import { okpJwk } from "./jwk.ts";
import { ed25519Multibase, x25519Multibase } from "./multikey.ts";
import { codeOf, publicKeyOf, SEEDS } from "./tokens.test-helper.ts";

const DID = "did:web:gw.example";
const KEY = publicKeyOf(SEEDS.a);
const OTHER = publicKeyOf(SEEDS.b);
const multibase = ed25519Multibase(KEY);
const method = { id: `${DID}#1`, type: "Multikey", controller: DID, publicKeyMultibase: multibase };
const bytesOf = (value: unknown) => encodeUtf8(JSON.stringify(value));
const documentOf = (changes: object = {}) => ({
  ...{ "@context": "https://www.w3.org/ns/did/v1", id: DID, verificationMethod: [method] },
  ...{ authentication: [`${DID}#1`] },
  ...changes,
});
const read = (value: unknown) => readDidDocument(bytesOf(value), DID);
const readCode = (value: unknown) => codeOf(() => read(value));
const withMethod = (changes: object) => documentOf({ verificationMethod: [{ ...method, ...changes }] });

describe("a DID document", () => {
  it("of ours is read: all keys, and which of them may sign", () => {
    const keys = [
      { name: "2026-11", publicKey: KEY, not_before_unix_ms: 100 },
      { name: "2026-08", publicKey: OTHER, not_after_unix_ms: 100 },
    ];
    const { keys: found, otherKeys } = read(didWebDocument(parseDidWeb(DID), keys, 200));
    expect(found).toEqual([
      { id: `${DID}#2026-11`, publicKey: KEY, authentication: true, assertionMethod: true },
      { id: `${DID}#2026-08`, publicKey: OTHER, authentication: false, assertionMethod: false },
    ]);
    expect(otherKeys).toEqual([]);
  });

  it("of a did:key is read, without the key that cannot sign", () => {
    const key = didKeyOf(KEY);
    const { keys, otherKeys } = readDidDocument(bytesOf(didKeyDocument(key)), key.did);
    expect(keys).toEqual([
      { id: `${key.did}#${multibase}`, publicKey: KEY, authentication: true, assertionMethod: true },
    ]);
    expect(otherKeys).toHaveLength(1);
  });

  it.each([
    ["Ed25519VerificationKey2020", { publicKeyMultibase: multibase }],
    ["JsonWebKey2020", { publicKeyMultibase: undefined, publicKeyJwk: okpJwk(KEY) }],
    ["JsonWebKey", { publicKeyMultibase: undefined, publicKeyJwk: { ...okpJwk(KEY), alg: "EdDSA", kid: "1" } }],
  ])("may have its key as %s", (type, changes) => {
    expect(read(withMethod({ type, ...changes })).keys).toEqual([
      { id: `${DID}#1`, publicKey: KEY, authentication: true, assertionMethod: false },
    ]);
  });

  it("may have a key inside a relationship, for that one alone", () => {
    const embedded = { ...method, id: `${DID}#2`, publicKeyMultibase: ed25519Multibase(OTHER) };
    expect(read(documentOf({ assertionMethod: [embedded] })).keys).toEqual([
      { id: `${DID}#1`, publicKey: KEY, authentication: true, assertionMethod: false },
      { id: `${DID}#2`, publicKey: OTHER, authentication: false, assertionMethod: true },
    ]);
  });

  it.each([
    ["X25519", { publicKeyMultibase: x25519Multibase(KEY) }],
    ["P-256", { type: "JsonWebKey2020", publicKeyMultibase: undefined, publicKeyJwk: { kty: "EC", crv: "P-256" } }],
    ["a kind that nobody here knows", { type: "EcdsaSecp256k1RecoveryMethod2020" }],
  ])("may have a key of %s, which is named and not used", (_name, changes) => {
    expect(read(withMethod(changes))).toEqual({ did: DID, keys: [], otherKeys: [`${DID}#1`] });
  });

  it("may have services and names, which nobody follows", () => {
    const service = [{ id: `${DID}#s`, type: "LinkedDomains", serviceEndpoint: "http://169.254.169.254/" }];
    expect(readCode(documentOf({ service, alsoKnownAs: ["https://evil.example"] }))).toBe("ok");
  });
});

describe("a DID document is refused", () => {
  const alone = (changes: object) =>
    documentOf({ verificationMethod: [{ ...method, ...changes }], authentication: [] });
  const point = (hex: string) => ed25519Multibase(Uint8Array.from(Buffer.from(hex, "hex")));
  it.each<readonly [name: string, value: unknown, code: string]>([
    ["of somebody else", documentOf({ id: "did:web:other.example" }), "did_document_id"],
    ["of a part of the DID", documentOf({ id: `${DID}:a` }), "did_document_id"],
    ["without id", documentOf({ id: undefined }), "did_document_id"],
    ["that is a list", [documentOf()], "did_document_syntax"],
    ["with methods that are no list", documentOf({ verificationMethod: {} }), "did_document_field"],
    ["with a method that is a text", documentOf({ verificationMethod: [`${DID}#1`] }), "did_document_field"],
    ["with a method without type", withMethod({ type: undefined }), "did_document_field"],
    ["with a key that is no text", withMethod({ publicKeyMultibase: 1 }), "did_document_field"],
    ["with no key", withMethod({ publicKeyMultibase: undefined }), "did_document_field"],
    ["with 17 keys", documentOf({ verificationMethod: new Array(17).fill(method) }), "did_document_too_large"],
    ["with a relative id", alone({ id: "#1" }), "did_document_url"],
    ["with an id of another DID", alone({ id: "did:web:gw.example.evil#1" }), "did_document_url"],
    ["with a long id", alone({ id: `${DID}#${"a".repeat(200)}` }), "did_document_url"],
    ["with an id without a name", alone({ id: `${DID}#` }), "did_document_url"],
    ["with an id that goes on behind its name", alone({ id: `${DID}#1#2` }), "did_document_url"],
    ["with an id that turns a terminal around", alone({ id: `${DID}#\u202e1` }), "did_document_url"],
    ["with an id that has half an escape", alone({ id: `${DID}#%1` }), "did_document_url"],
    ["with another controller", alone({ controller: "did:web:other.example" }), "did_document_url"],
    ["without controller", alone({ controller: undefined }), "did_document_url"],
    ["with a relative reference", documentOf({ authentication: ["#1"] }), "did_document_url"],
    [
      "with a reference to another DID",
      documentOf({ authentication: ["did:web:other.example#1"] }),
      "did_document_url",
    ],
    ["with a reference to nothing", documentOf({ authentication: [`${DID}#2`] }), "did_document_url"],
    ["with one id twice", documentOf({ verificationMethod: [method, method] }), "did_document_key"],
    ["with one id here and in a relationship", documentOf({ assertionMethod: [method] }), "did_document_key"],
    ["with two forms of a key", withMethod({ publicKeyJwk: okpJwk(KEY) }), "did_document_key"],
    [
      "with a secret key",
      withMethod({
        ...{ type: "JsonWebKey", publicKeyMultibase: undefined },
        publicKeyJwk: { ...okpJwk(KEY), d: toBase64url(SEEDS.a) },
      }),
      "did_document_key",
    ],
    [
      "with a secret key of a kind that is not used",
      alone({
        ...{ type: "JsonWebKey", publicKeyMultibase: undefined },
        publicKeyJwk: { kty: "EC", crv: "P-256", d: toBase64url(SEEDS.a) },
      }),
      "did_document_key",
    ],
    ["with a key of small order", withMethod({ publicKeyMultibase: point("01".padEnd(64, "0")) }), "did_document_key"],
    ["with a key that is short", withMethod({ publicKeyMultibase: point("aa") }), "did_document_key"],
    ["with a key that is no multibase", withMethod({ publicKeyMultibase: "x" }), "did_document_key"],
    ["with a key in other base58", withMethod({ publicKeyMultibase: `${multibase}0` }), "did_document_key"],
  ])("%s", (_name, value, code) => expect(readCode(value)).toBe(code));

  it("with a key twice in one object, or with more bytes than are read", () => {
    const twice = encodeUtf8(`{"id":"did:web:other.example","id":"${DID}"}`);
    expect(codeOf(() => readDidDocument(twice, DID))).toBe("did_document_syntax");
    expect(codeOf(() => readDidDocument(encodeUtf8("<html>"), DID))).toBe("did_document_syntax");
    expect(codeOf(() => readDidDocument(new Uint8Array(64 * 1024 + 1), DID))).toBe("did_document_too_large");
  });
});
