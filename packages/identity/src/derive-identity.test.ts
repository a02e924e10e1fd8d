import { sha256, toHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { type DerivationRequest, deriveIdentity, isDevnet } from "./derive-identity.ts";
import { parseDidKey } from "./did-key.ts";
import { type KeyDerivation, PORTABLE_KEY_DERIVATION } from "./key-derivation.ts";
import { publicIdentity } from "./public-identity.ts";

const HEX = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

/** What is decided does not depend on how long it takes. */
const QUICK: KeyDerivation = {
  ...PORTABLE_KEY_DERIVATION,
  scrypt: (passphrase, salt) => sha256(Uint8Array.of(...salt, ...passphrase)),
};

const derive = (changes: Partial<DerivationRequest>) =>
  deriveIdentity(
    { method: "key", network: "tau-prod", subject: "browser-agent", entropy: `hex:${HEX}`, ...changes },
    QUICK,
  );

const identityOf = (changes: Partial<DerivationRequest>) => {
  const found = derive(changes);
  if (found.outcome === "refused") throw new Error(found.code);
  return found.identity;
};

describe("an identity", () => {
  it("from bytes is strong on every network", () => {
    expect(identityOf({}).assurance).toBe("strong");
    expect(identityOf({ network: "tau-devnet" }).assurance).toBe("strong");
  });

  it("from a passphrase is dev, on a devnet and where somebody took the risk", () => {
    expect(identityOf({ network: "tau-devnet", entropy: "local-dev-seed" }).assurance).toBe("dev");
    expect(identityOf({ entropy: "a phrase of one's own", allow_weak_entropy: true }).assurance).toBe("dev");
  });

  it("is the same for the same input, and another for each part that differs", () => {
    const variants = [
      {},
      { network: "tau-test" },
      { subject: "browser-agent2" },
      { network: "tau", subject: "prod.browser-agent" },
      { entropy: `hex:${HEX}00` },
      { method: "web", network: "tau.example" },
      { network: "tau.example" },
    ] as const;
    const keys = variants.map((changes) => identityOf(changes).publicKeyMultibase);
    expect(new Set(keys).size).toBe(variants.length);
    expect(variants.map((changes) => identityOf(changes).publicKeyMultibase)).toEqual(keys);
  });

  it("is the same however its entropy is written", () => {
    const written = [`hex:${HEX}`, ` hex:${HEX}\n`, "base64url:LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE"];
    expect(new Set(written.map((entropy) => identityOf({ entropy }).did)).size).toBe(1);
    const accents = ["\u00c5ngstr\u00f6m", "A\u030angstro\u0308m"];
    expect(new Set(accents.map((entropy) => identityOf({ entropy, network: "a-devnet" }).did)).size).toBe(1);
  });

  it("on the web lies on its network, and its key is in its document", () => {
    const { did, keyId, publicKeyMultibase, document } = identityOf({ method: "web", network: "edge.example.org" });
    expect(did).toBe("did:web:edge.example.org:browser-agent");
    expect(keyId).toBe(`${did}#${publicKeyMultibase}`);
    expect(document.assertionMethod).toEqual([keyId]);
    expect(document.keyAgreement).toBeUndefined();
  });

  it("of a public key alone is the one that its secret gives", () => {
    const made = deriveIdentity({ method: "key", network: "a", subject: "b", entropy: `hex:${HEX}` }, QUICK);
    if (made.outcome !== "derived") throw new Error(made.code);
    const { identity } = made;
    const { publicKey } = parseDidKey(identity.did);
    expect(publicIdentity({ method: "key", network: "a", subject: "b", assurance: "strong", publicKey })).toEqual(
      identity,
    );
  });
});

describe("what is not derived", () => {
  it.each([
    ["local-dev-seed", undefined, "entropy_well_known"],
    ["local-dev-seed", true, "entropy_well_known"],
    [" Default-Seed\n", true, "entropy_well_known"],
    ["\uff54\uff45\uff53\uff54", true, "entropy_well_known"],
    ["a phrase of one's own", undefined, "entropy_weak"],
    ["a phrase of one's own", false, "entropy_weak"],
    [HEX, undefined, "entropy_weak"],
  ])("%j with leave %s", (entropy, allow, code) => {
    const changes = { entropy, ...(allow !== undefined && { allow_weak_entropy: allow }) };
    expect(derive(changes)).toEqual({ outcome: "refused", code });
  });

  it("costs no scrypt", () => {
    const scrypt = () => {
      throw new Error("scrypt was called");
    };
    const request = { method: "key", network: "tau-prod", subject: "a", entropy: "guess" } as const;
    expect(deriveIdentity(request, { ...QUICK, scrypt }).outcome).toBe("refused");
  });

  it.each([
    [{ method: "web", network: "tau-devnet" }, "network_not_a_domain"],
    [{ method: "web", network: "127.0.0.1" }, "network_not_a_domain"],
    [{ method: "web", network: "edge.tau_1" }, "network_not_a_domain"],
    [{ network: "Tau" }, "network_malformed"],
    [{ network: "a..b" }, "network_malformed"],
    [{ subject: "a:b" }, "subject_malformed"],
    [{ subject: "" }, "subject_malformed"],
    [{ entropy: "hex:00" }, "entropy_too_short"],
    [{ entropy: "\ud800", network: "a-devnet" }, "entropy_ill_formed"],
  ] as const)("%j", (changes, code) => {
    expect(() => derive(changes)).toThrow(expect.objectContaining({ name: "IdentityError", code }));
  });
});

it("a devnet says so at the end of its name", () => {
  expect(["tau-devnet", "a.b-devnet"].map(isDevnet)).toEqual([true, true]);
  expect(["devnet", "tau-devnet.example", "tau-devnet2", "taudevnet"].map(isDevnet)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

it("its two halves are a pair: what is public has no byte of the secret", () => {
  const found = derive({});
  if (found.outcome !== "derived") throw new Error(found.code);
  expect(found.secretSeed).toHaveLength(32);
  expect(JSON.stringify(found.identity)).not.toContain(toHex(found.secretSeed));
});
