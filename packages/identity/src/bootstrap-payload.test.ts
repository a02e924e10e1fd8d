import {
  encodeUtf8,
  fromHex,
  type JsonValue,
  sha256,
  toBase64,
  toBase64url,
  toHex,
  toMultibase,
  writeCanonicalJson,
  writePrettyJson,
} from "@tau-edge/encoding";
import { ed25519PublicKey } from "@tau-edge/signature";
import { describe, expect, it } from "vitest";
import {
  bootstrapPayload,
  type PayloadContext,
  readBootstrapPayload,
  writeBootstrapPayload,
} from "./bootstrap-payload.ts";
import { type DerivationRequest, deriveIdentity } from "./derive-identity.ts";
import { inputKeyMaterial } from "./derived-seed.ts";
import { didKeyOf } from "./did-key.ts";
import { readEntropy } from "./entropy.ts";
import { PORTABLE_KEY_DERIVATION } from "./key-derivation.ts";
import type { BootstrapPayload } from "./payload-schema.ts";

const CANARY = "0123456789abcdef".repeat(4);
const REQUEST = { method: "key", network: "tau-devnet", subject: "browser-agent", entropy: `hex:${CANARY}` } as const;
const CONTEXT = {
  runtime: "native-host",
  gateway_did: "did:web:gw.example",
  bootstrap: { exchange_url: "https://gw.example/v1/bootstrap/exchange", expires_at: "2026-11-21T17:00:00Z" },
} as const;

function made(request: DerivationRequest) {
  const found = deriveIdentity(request, PORTABLE_KEY_DERIVATION);
  if (found.outcome === "refused") throw new Error(found.code);
  return found;
}

const payloadOf = (request: DerivationRequest, context: PayloadContext = CONTEXT) =>
  bootstrapPayload(made(request).identity, context, sha256);
const PAYLOAD = payloadOf(REQUEST);
const WEB = payloadOf({ ...REQUEST, method: "web", network: "edge.example.org" });

describe("the payload", () => {
  it("has S1's fields where S1 had them, and no hash of the entropy", () => {
    const { identity, runtime, interoperability_profile, schema_version } = PAYLOAD;
    expect({ schema_version, runtime, interoperability_profile }).toEqual({
      schema_version: 1,
      runtime: "native-host",
      interoperability_profile: "kamn_browser_v1",
    });
    expect(identity).toEqual({
      schema_version: 1,
      method: "key",
      network: "tau-devnet",
      subject: "browser-agent",
      did: PAYLOAD.did,
      key_id: `${PAYLOAD.did}#${PAYLOAD.public_key_multibase}`,
    });
    expect(Object.keys(PAYLOAD)).toEqual(expect.not.arrayContaining(["fingerprint", "proof_material", "entropy"]));
  });

  it("names the digest of its document's RFC 8785 form", () => {
    expect(PAYLOAD.document_sha256).toBe(toHex(sha256(writeCanonicalJson(PAYLOAD.document))));
  });

  it.each([
    ["did:key", PAYLOAD],
    ["did:web", WEB],
    ["no gateway", payloadOf(REQUEST, { runtime: "wasm-browser" })],
  ])("with %s is read as it was written: pretty, with a last newline", (_what, payload) => {
    const bytes = writeBootstrapPayload(payload);
    expect(new TextDecoder().decode(bytes)).toBe(`${JSON.stringify(payload, null, 2)}\n`);
    expect(readBootstrapPayload(bytes, sha256)).toEqual(payload);
  });

  it("of a passphrase says dev", () => {
    const quick = { ...PORTABLE_KEY_DERIVATION, scrypt: () => new Uint8Array(32) };
    const found = deriveIdentity({ ...REQUEST, entropy: "local-dev-seed" }, quick);
    expect(found.outcome === "derived" && bootstrapPayload(found.identity, CONTEXT, sha256).assurance).toBe("dev");
  });
});

describe("secrets", () => {
  const { identity, secretSeed } = made(REQUEST);
  const ikm = inputKeyMaterial(readEntropy(REQUEST.entropy), REQUEST, PORTABLE_KEY_DERIVATION);
  const canaries = [fromHex(CANARY), secretSeed, ikm, sha256(fromHex(CANARY)), sha256(encodeUtf8(REQUEST.entropy))];
  const forms = canaries.flatMap((secret) => [
    ...[toHex(secret), toHex(secret).toUpperCase(), toHex(secret.toReversed())],
    ...[toBase64(secret), toBase64url(secret), toMultibase("z", secret).slice(1)],
    JSON.stringify([...secret]).slice(1, -1),
  ]);

  it("and hashes of them are in no payload, in any encoding", () => {
    const text = new TextDecoder().decode(writeBootstrapPayload(bootstrapPayload(identity, CONTEXT, sha256)));
    expect(forms.filter((form) => text.includes(form))).toEqual([]);
    // The search finds what is there.
    expect(text).toContain(PAYLOAD.public_key_multibase);
  });

  it("are in no error about them", () => {
    const texts = [
      `hex:${CANARY}zz`,
      `HEX:${CANARY}`,
      `base64url:${CANARY}=`,
      `hex:${CANARY.slice(8)}`,
      `${CANARY}\ud800`,
    ];
    const said = texts.map((entropy) => {
      try {
        deriveIdentity({ ...REQUEST, entropy }, PORTABLE_KEY_DERIVATION);
        return "derived";
      } catch (error) {
        return error instanceof Error ? `${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause}` : "";
      }
    });
    expect(said.filter((text) => text.includes(CANARY.slice(8, 24)))).toEqual([]);
    expect(said).not.toContain("derived");
  });

  it("have no field to travel in, and such a field is not repeated", () => {
    for (const name of ["entropy", "fingerprint", "proof_material", "seed", "d"])
      for (const place of [[], ["identity"], ["document"], ["bootstrap"]]) {
        const error = errorOf(withField(PAYLOAD, [...place, name], CANARY));
        expect(error).toMatchObject({ code: "payload_field", at: ["$", ...place].join(".") });
        expect(`${error}`).not.toContain(CANARY);
      }
  });

  it.each([
    "https://gw.example/boot#v1.id.secret",
    "https://gw.example/boot?secret=x",
    "https://user:secret@gw.example/boot",
    "http://gw.example/boot",
    "https://gw.example",
    "javascript:alert(1)",
    "http://localhost.evil.example/boot",
  ])("%s is no place to exchange a link", (exchange_url) => {
    const bootstrap = { exchange_url, expires_at: "2026-11-21T17:00:00Z" };
    expect(() => bootstrapPayload(identity, { runtime: "native-host", bootstrap }, sha256)).toThrow(
      expect.objectContaining({ code: "payload_field", at: "$.bootstrap.exchange_url" }),
    );
  });

  it.each(["http://127.0.0.1:8787/v1/bootstrap/exchange", "http://[::1]:8787/x", "http://localhost/x"])(
    "%s is one",
    (exchange_url) => {
      const bootstrap = { exchange_url, expires_at: "2026-11-21T17:00:00Z" };
      const context = { runtime: "native-host", bootstrap } as const;
      expect(bootstrapPayload(identity, context, sha256).bootstrap?.exchange_url).toBe(exchange_url);
    },
  );
});

describe("a payload that contradicts itself", () => {
  const other = didKeyOf(ed25519PublicKey(new Uint8Array(32)));

  it.each([
    ["another DID", ["did"], other.did],
    ["another DID in S1's place", ["identity", "did"], other.did],
    ["another key id", ["key_id"], `${other.did}#${other.publicKeyMultibase}`],
    ["another key", ["public_key_multibase"], other.publicKeyMultibase],
    [
      "another key in the document",
      ["document", "verificationMethod", "0", "publicKeyMultibase"],
      other.publicKeyMultibase,
    ],
    ["another signer in the document", ["document", "assertionMethod", "0"], `${PAYLOAD.did}#x`],
    ["another context", ["document", "@context", "0"], "https://www.w3.org/ns/did/v1"],
    ["another digest", ["document_sha256"], "00".repeat(32)],
    ["another subject in one place", ["identity", "subject"], "somebody"],
    ["the other method", ["method"], "web"],
  ])("by %s is refused", (_what, path, value) => {
    expect(["payload_contradiction", "network_not_a_domain"]).toContain(errorOf(withField(PAYLOAD, path, value))?.code);
  });

  it("is told from one that says another of what cannot be computed", () => {
    const subject = withField(withField(PAYLOAD, ["identity", "subject"], "b"), ["subject"], "b");
    expect(errorOf(subject)).toBeUndefined();
  });
});

describe("a payload that cannot be used", () => {
  it.each([
    ["no JSON", "{", "payload_syntax"],
    ["a key twice", `{"schema_version":1,"schema_version":1}`, "payload_syntax"],
    ["no object", "[]", "payload_field"],
    ["a newer version", `{"schema_version":2,"anything":true}`, "payload_newer"],
    [
      "the original's",
      `{"schema_version":1,"runtime":"native-host","interoperability_profile":"kamn_browser_v1","identity":{}}`,
      "payload_field",
    ],
    ["more than 16 KiB", `"${"x".repeat(16 * 1024)}"`, "payload_too_large"],
  ])("%s", (_what, text, code) => {
    expect(() => readBootstrapPayload(encodeUtf8(text), sha256)).toThrow(expect.objectContaining({ code }));
  });

  it("names a gateway that is none", () => {
    for (const gateway_did of ["did:web:127.0.0.1", "did:web:gw.example:..", `did:key:z${"1".repeat(44)}`])
      expect(errorOf(withField(PAYLOAD, ["gateway_did"], gateway_did))?.code).toMatch(/^did_/);
  });
});

interface Refused {
  readonly code: string;
  readonly at: unknown;
}

function errorOf(value: unknown): Refused | undefined {
  try {
    readBootstrapPayload(writePrettyJson(value), sha256);
    return undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && "at" in error && typeof error.code === "string")
      return Object.assign(error, { code: error.code, at: error.at });
    throw error;
  }
}

/** A copy with one value more, or another one. */
function withField(payload: BootstrapPayload | JsonValue, path: readonly string[], value: string): JsonValue {
  const copy: JsonValue = JSON.parse(JSON.stringify(payload));
  const last = path.at(-1) ?? "";
  let place: unknown = copy;
  for (const step of path.slice(0, -1)) place = Reflect.get(Object(place), step);
  Reflect.set(Object(place), last, value);
  return copy;
}
