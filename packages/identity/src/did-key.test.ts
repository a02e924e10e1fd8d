import { fromHex, toHex, toMultibase } from "@tau-edge/encoding";
import { ed25519PublicKey } from "@tau-edge/signature";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didKeyDocument, didKeyOf, parseDidKey } from "./did-key.ts";

/** The key of the method's own example. */
const DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
const NAME = DID.slice("did:key:".length);
const SIGNING = `${DID}#${NAME}`;
const AGREEMENT = "z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p";

const RFC_8032 = "ed01d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const refused = (code: string, at?: unknown) =>
  expect.objectContaining({ name: "IdentityError", code, ...(at !== undefined && { at }) });

describe("a did:key", () => {
  it("of RFC 8032, test 1, is read and written", () => {
    const did = "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw";
    const key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    expect(toHex(parseDidKey(did).publicKey)).toBe(key);
    expect(didKeyOf(fromHex(key))).toEqual(parseDidKey(did));
  });

  it("of any key goes both ways, in 56 characters", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const made = didKeyOf(ed25519PublicKey(seed));
        expect(made.did).toMatch(/^did:key:z6Mk.{44}$/);
        expect(parseDidKey(made.did)).toEqual(made);
      }),
      { numRuns: 20 },
    );
  });

  it("with one other character is another key or none, and never a different error", () => {
    const signs = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0IOl-_#/% ";
    fc.assert(
      fc.property(fc.nat(DID.length - 1), fc.constantFrom(...signs), (at, sign) => {
        const changed = DID.slice(0, at) + sign + DID.slice(at + 1);
        if (changed === DID) return;
        try {
          expect(parseDidKey(changed).did).toBe(changed);
        } catch (error) {
          expect(error).toEqual(expect.objectContaining({ name: "IdentityError" }));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is refused by its length before anything is converted", () => {
    const toolong = `did:key:z${"z".repeat(5_000_000)}`;
    expect(() => parseDidKey(toolong)).toThrow(refused("did_too_long", 64));
  });

  it("is refused with the fault of its key", () => {
    // The key of RFC 8032, test 1, plus the point of order 2; a point of order 8; the neutral point.
    const messages = [
      "16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "0100000000000000000000000000000000000000000000000000000000000000",
    ].map((key) => {
      expect(() => didKeyOf(fromHex(key))).toThrow(refused("did_key_point", 8));
      return messageOf(() => parseDidKey(`did:key:${toMultibase("z", fromHex(`ed01${key}`))}`));
    });
    expect(messages[0]).toContain("component of small order");
    expect(messages[1]).toContain("order 1, 2, 4 or 8");
    expect(messages[2]).toContain("order 1, 2, 4 or 8");
  });

  it.each([
    ["another multibase", `did:key:${toMultibase("u", fromHex(RFC_8032))}`, "did_key_multibase"],
    ["no multibase", `did:key:${toMultibase("z", fromHex(RFC_8032)).slice(1)}`, "did_key_multibase"],
    [
      "another codec that begins like it",
      `did:key:${toMultibase("z", fromHex(`ed02${RFC_8032.slice(4)}`))}`,
      "did_key_codec",
    ],
    ["the codec of X25519", `did:key:${toMultibase("z", fromHex(`ec${RFC_8032.slice(2)}`))}`, "did_key_codec"],
    ["another method", `did:web:${NAME}`, "did_method"],
  ])("with %s is refused", (_what, did, code) => expect(() => parseDidKey(did)).toThrow(refused(code)));

  it.each([0, 31, 33])("is not made of %i bytes", (length) => {
    expect(() => didKeyOf(new Uint8Array(length))).toThrow(refused("did_key_length"));
  });

  it.each([
    [`${DID}#${NAME}`.slice(0, 60), 56],
    [`${DID}?a`, 56],
    ["did:key:/", 8],
  ])("%s is a DID URL, from that character on", (url, at) => {
    expect(() => parseDidKey(url)).toThrow(refused("did_url", at));
  });
});

describe("its document", () => {
  it("is the specification's example, in the context of DID 1.1", () => {
    const method = (name: string) => ({
      id: `${DID}#${name}`,
      type: "Multikey",
      controller: DID,
      publicKeyMultibase: name,
    });
    expect(didKeyDocument(parseDidKey(DID))).toEqual({
      "@context": ["https://www.w3.org/ns/did/v1.1"],
      id: DID,
      verificationMethod: [method(NAME)],
      authentication: [SIGNING],
      assertionMethod: [SIGNING],
      capabilityDelegation: [SIGNING],
      capabilityInvocation: [SIGNING],
      keyAgreement: [method(AGREEMENT)],
    });
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "";
}
