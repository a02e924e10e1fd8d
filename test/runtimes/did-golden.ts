/**
 * Makes the golden derivations with node:crypto: what secrets become is computed here a second time, by other code than
 * the one that is tested. Only document and payload are the package's.
 */
import { createHash, createPrivateKey, createPublicKey, hkdfSync, scryptSync } from "node:crypto";
import { bootstrapPayload, didKeyOf, publicIdentity, writeBootstrapPayload } from "@tau-edge/identity";
import { DID_CASES, type DidCase, type DidGoldenCase, type DidGoldenFile, PAYLOAD_CONTEXT } from "./did-cases.ts";

const DOMAIN = "tau-edge/did-derive/v1";
const SCRYPT = { N: 32_768, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
const SALT = sha256(Buffer.from(DOMAIN));

export function didGolden(): DidGoldenFile {
  return { domain: DOMAIN, salt: SALT.toString("hex"), cases: DID_CASES.map(goldenCase) };
}

function goldenCase({ request, entropy }: DidCase): DidGoldenCase {
  const { method, network, subject } = request;
  const fields = (purpose: string) => Buffer.concat([DOMAIN, purpose, method, network, subject].map(prefixed));
  const info = fields("ed25519-identity");
  const ikm =
    entropy.hex !== undefined
      ? Buffer.from(entropy.hex, "hex")
      : scryptSync((entropy.pass ?? "").normalize("NFKC"), sha256(fields("passphrase-salt")), 32, SCRYPT);
  const seed = Buffer.from(hkdfSync("sha256", ikm, SALT, info, 32));
  const publicKey = publicKeyOf(seed);
  const assurance = entropy.hex !== undefined ? "strong" : "dev";
  const identity = publicIdentity({ method, network, subject, assurance, publicKey });
  const payload = bootstrapPayload(identity, PAYLOAD_CONTEXT, sha256);
  return {
    ...{ method, network, subject, entropy },
    info: info.toString("hex"),
    ikm: ikm.toString("hex"),
    seed: seed.toString("hex"),
    public_key: Buffer.from(publicKey).toString("hex"),
    did_key: didKeyOf(publicKey).did,
    did: identity.did,
    assurance,
    did_document_sha256: payload.document_sha256,
    payload_sha256: sha256(writeBootstrapPayload(payload)).toString("hex"),
  };
}

function prefixed(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

/** PKCS #8 of an Ed25519 seed (RFC 8410 section 7). */
function publicKeyOf(seed: Buffer): Uint8Array {
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  return new Uint8Array(createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32));
}
