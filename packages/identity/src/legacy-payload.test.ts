import { encodeUtf8, sha256, toBase64url, toHex, writePrettyJson } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { readBootstrapPayload } from "./bootstrap-payload.ts";
import { verifyLegacyDid } from "./legacy-did.ts";
import { readLegacyPayload } from "./legacy-payload.ts";

/** As the original writes it for the call of its guide. */
const KEY = {
  schema_version: 1,
  method: "key",
  network: "tau-devnet",
  subject: "browser-agent",
  did: "did:key:zMT3gM8k4KUBH8sm4wwlZIkj86L4LuZD-fhFpq8e6_8s",
  key_id: "did:key:zMT3gM8k4KUBH8sm4wwlZIkj86L4LuZD-fhFpq8e6_8s#primary",
  fingerprint: "313de033c938294047f2c9b8c309592248fce8be0bb990fe7e1169abc7baffcb",
  proof_material: "MT3gM8k4KUBH8sm4wwlZIkj86L4LuZD-fhFpq8e6_8s",
};
const hash = sha256(encodeUtf8("web:edge.tau_1:operator_one:seed-001"));
const WEB = {
  schema_version: 1,
  method: "web",
  network: "edge.tau_1",
  subject: "operator_one",
  did: "did:web:edge:tau_1:operator_one",
  key_id: "did:web:edge:tau_1:operator_one#primary",
  fingerprint: toHex(hash),
  proof_material: toBase64url(hash),
};

const bytesOf = (identity: object) =>
  writePrettyJson({ schema_version: 1, runtime: "native-host", interoperability_profile: "kamn_browser_v1", identity });

describe("the original's file", () => {
  it.each([KEY, WEB])("of $did is read, and with its entropy computed again", (identity) => {
    const claim = readLegacyPayload(bytesOf(identity));
    if (claim === undefined) throw new Error("it was not recognised");
    const { method, network, subject, did, fingerprint } = identity;
    expect(claim).toEqual({ method, network, subject, did, fingerprint });
    const entropy = method === "key" ? "local-dev-seed" : "seed-001";
    expect(verifyLegacyDid(claim, { ...claim, entropy }, sha256)).toMatchObject({
      outcome: "original",
      entropy_proven: true,
    });
    expect(verifyLegacyDid(claim, { ...claim, entropy: "x" }, sha256).outcome).toBe("other_inputs");
  });

  it.each([
    { ...KEY, did: WEB.did },
    { ...KEY, key_id: KEY.did },
    { ...KEY, proof_material: WEB.proof_material },
    { ...KEY, proof_material: `${KEY.proof_material.slice(0, -1)}t` },
    { ...KEY, fingerprint: WEB.fingerprint },
    { ...WEB, network: "edge.tau_2" },
    { ...WEB, subject: "operator" },
  ])("that contradicts itself is refused: %j", (identity) => {
    expect(() => readLegacyPayload(bytesOf(identity))).toThrow(
      expect.objectContaining({ code: "payload_contradiction" }),
    );
  });

  it.each([{}, { ...KEY, proof_material: undefined }, { ...KEY, method: "jwk" }, { ...KEY, schema_version: 2 }])(
    "is not what lacks its parts: %j",
    (identity) => expect(readLegacyPayload(encodeUtf8(JSON.stringify({ identity })))).toBeUndefined(),
  );

  it("is no payload of ours, and called by its name", () => {
    expect(() => readBootstrapPayload(bytesOf(KEY), sha256)).toThrow(
      expect.objectContaining({ code: "payload_original" }),
    );
  });
});
