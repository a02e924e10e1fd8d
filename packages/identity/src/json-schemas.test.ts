import { readFileSync } from "node:fs";
import { sha256 } from "@tau-edge/encoding";
import { ed25519PublicKey } from "@tau-edge/signature";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { bootstrapPayload } from "./bootstrap-payload.ts";
import { publicIdentity } from "./public-identity.ts";

const accepts = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(new URL("../schemas/bootstrap-payload.schema.json", import.meta.url), "utf8")),
);
const publicKey = ed25519PublicKey(new Uint8Array(32));
const facts = { subject: "agent", assurance: "dev", publicKey } as const;
const payload = bootstrapPayload(
  publicIdentity({ ...facts, method: "key", network: "a" }),
  { runtime: "native-host" },
  sha256,
);

describe("the published schema", () => {
  it("accepts what is written", () => {
    const bootstrap = {
      exchange_url: "https://gw.example/v1/bootstrap/exchange",
      expires_at: "2026-11-21T17:00:00.000Z",
    };
    const context = { runtime: "wasm-browser", gateway_did: "did:web:gw.example%3A8443", bootstrap } as const;
    const web = publicIdentity({ ...facts, method: "web", network: "edge.example.org" });
    expect(accepts(payload), JSON.stringify(accepts.errors)).toBe(true);
    expect(accepts(bootstrapPayload(web, context, sha256)), JSON.stringify(accepts.errors)).toBe(true);
  });

  it.each([
    [{ entropy: "x" }],
    [{ proof_material: "x" }],
    [{ did: "did:web:edge:a#b" }],
    [{ assurance: "verified" }],
    [{ runtime: "node" }],
    [{ bootstrap: { exchange_url: "https://gw.example/x", expires_at: "2026-13-01T00:00:00Z" } }],
    [{ bootstrap: { exchange_url: "https://gw.example/x", expires_at: "2026-11-21T17:00:00+01:00" } }],
    [{ identity: { ...payload.identity, fingerprint: "00" } }],
    [{ bootstrap: { exchange_url: "https://gw.example/boot#v1.id.secret", expires_at: "2026-11-21T17:00:00Z" } }],
  ])("refuses %j", (changes) => expect(accepts({ ...payload, ...changes })).toBe(false));
});
