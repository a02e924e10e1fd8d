import { sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { didKeyOf, parseDidKey } from "./did-key.ts";
import { legacyProblems, verifyLegacyDid } from "./legacy-did.ts";

/** Read off the original program. */
const KEY = "did:key:zMT3gM8k4KUBH8sm4wwlZIkj86L4LuZD-fhFpq8e6_8s";
const FINGERPRINT = "313de033c938294047f2c9b8c309592248fce8be0bb990fe7e1169abc7baffcb";
const INPUTS = { method: "key", network: "tau-devnet", subject: "browser-agent", entropy: "local-dev-seed" } as const;
const WEB = "did:web:edge:tau_1:operator_one";
const WEB_INPUTS = { method: "web", network: " Edge.Tau_1 ", subject: "Operator_One", entropy: "seed-001" } as const;

const verify = (claim: { did: string; fingerprint?: string }, inputs: Parameters<typeof verifyLegacyDid>[1]) =>
  verifyLegacyDid(claim, inputs, sha256);

describe("an identifier of the original", () => {
  it("is named for what it is", () => {
    expect(legacyProblems(KEY)).toEqual(["hash_not_key", "no_multicodec", "not_base58btc", "guessable_entropy"]);
    expect(legacyProblems(WEB)).toEqual(["no_key", "host_not_a_domain"]);
    expect(legacyProblems("did:web:tau-devnet:browser-agent")).toEqual(["no_key", "host_not_a_domain"]);
  });

  it("that happens to be base58btc is one all the same, and no did:key", () => {
    const did = `did:key:z${"A".repeat(43)}`;
    expect(legacyProblems(did)).toEqual(["hash_not_key", "no_multicodec", "guessable_entropy"]);
    expect(() => parseDidKey(did)).toThrow(expect.objectContaining({ code: "did_key_codec" }));
  });

  it.each([
    didKeyOf(new Uint8Array(32).fill(0x58, 0, 1).fill(0x66, 1)).did,
    "did:web:edge.tau.example:operator",
    "did:web:edge",
    "did:web:edge:",
    "did:web:Edge:a",
    "did:web:edge%3A80:a",
    `did:key:z${"A".repeat(42)}`,
    `did:key:z${"A".repeat(44)}`,
    `did:key:z${"A".repeat(42)}B`,
    `did:key:u${"A".repeat(43)}`,
    `${KEY}#primary`,
    "did:jwk:a:b",
    "key:a",
    "",
    `did:web:edge:${"a".repeat(600)}`,
  ])("%s is none", (did) => expect(legacyProblems(did)).toBeUndefined());
});

describe("computing it again", () => {
  it("finds the original's identifier from the original's inputs, as it trimmed and lowered them", () => {
    expect(verify({ did: KEY }, INPUTS)).toMatchObject({ outcome: "original", entropy_proven: true });
    const typed = { ...INPUTS, network: " Tau-Devnet\n", subject: "Browser-Agent", entropy: " local-dev-seed\t" };
    expect(verify({ did: KEY, fingerprint: FINGERPRINT }, typed)).toMatchObject({
      outcome: "original",
      entropy_proven: true,
    });
  });

  it("finds the one of the original's own defaults", () => {
    const did = "did:key:z7x-cZBPuZnxTlO0jKd7Zncq7wGK6Kt4g-7a2Wc8e9fs";
    const fingerprint = "ef1f9c6413ee667c5394ed2329ded99dcabbc062ba2ade20fbb6b659cf1ef5fb";
    expect(verify({ did, fingerprint }, { ...INPUTS, entropy: "tau-browser-seed" }).outcome).toBe("original");
  });

  it("says of a did:web that nothing in it came from the entropy", () => {
    expect(verify({ did: WEB }, WEB_INPUTS)).toMatchObject({ outcome: "original", entropy_proven: false });
    expect(verify({ did: WEB }, { ...WEB_INPUTS, entropy: "anything" }).outcome).toBe("original");
    expect(verify({ did: WEB, fingerprint: FINGERPRINT }, WEB_INPUTS).outcome).toBe("other_inputs");
  });

  it.each([
    [KEY, { ...INPUTS, entropy: "Local-dev-seed" }, "other_inputs"],
    [KEY, { ...INPUTS, subject: "browser-agent2" }, "other_inputs"],
    [KEY, { ...INPUTS, method: "web" }, "other_inputs"],
    [WEB, INPUTS, "other_inputs"],
    ["did:web:edge.tau.example:operator", WEB_INPUTS, "not_legacy"],
  ] as const)("%s from %j: %s", (did, inputs, outcome) => expect(verify({ did }, inputs).outcome).toBe(outcome));

  it.each([
    [{ ...INPUTS, entropy: " " }, "entropy_empty"],
    [{ ...INPUTS, entropy: "\ud800" }, "entropy_ill_formed"],
    [{ ...INPUTS, entropy: "x".repeat(1025) }, "entropy_too_long"],
    [{ ...INPUTS, network: "a..b" }, "network_malformed"],
    [{ ...INPUTS, subject: "a b" }, "subject_malformed"],
  ])("refuses %j", (inputs, code) => {
    expect(() => verify({ did: KEY }, inputs)).toThrow(expect.objectContaining({ code }));
  });

  it("never gives the hash away", () => {
    expect(JSON.stringify(verify({ did: WEB, fingerprint: "00".repeat(32) }, WEB_INPUTS))).not.toMatch(/[0-9a-f]{64}/);
  });
});
