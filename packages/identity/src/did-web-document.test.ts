import { fromHex } from "@tau-edge/encoding";
import { ed25519PublicKey } from "@tau-edge/signature";
import { describe, expect, it } from "vitest";
import { didWebOf } from "./did-web.ts";
import { didWebDocument, type WindowedKey } from "./did-web-document.ts";

const GATEWAY = didWebOf("gw.example");
const key = (seed: string) => ed25519PublicKey(fromHex(seed.repeat(64)));
const FIRST = key("1");
const SECOND = key("2");

const ROTATING: readonly WindowedKey[] = [
  { name: "2026-08", publicKey: FIRST, not_after_unix_ms: 2000 },
  { name: "2026-11", publicKey: SECOND, not_before_unix_ms: 1000 },
];

describe("the document of a did:web", () => {
  it("lists every key under absolute ids", () => {
    const document = didWebDocument(GATEWAY, ROTATING, 1500);
    expect(document).toEqual({
      "@context": ["https://www.w3.org/ns/did/v1.1"],
      id: "did:web:gw.example",
      verificationMethod: [
        expect.objectContaining({
          id: "did:web:gw.example#2026-08",
          controller: "did:web:gw.example",
          type: "Multikey",
        }),
        expect.objectContaining({
          id: "did:web:gw.example#2026-11",
          publicKeyMultibase: expect.stringMatching(/^z6Mk/),
        }),
      ],
      authentication: ["did:web:gw.example#2026-08", "did:web:gw.example#2026-11"],
      assertionMethod: ["did:web:gw.example#2026-08", "did:web:gw.example#2026-11"],
    });
  });

  it.each([
    [999, ["2026-08"]],
    [1000, ["2026-08", "2026-11"]],
    [1999, ["2026-08", "2026-11"]],
    [2000, ["2026-11"]],
    [Number.MAX_SAFE_INTEGER, ["2026-11"]],
  ])("at %i lets sign %j, since windows are half open", (now, names) => {
    const { authentication, assertionMethod, verificationMethod } = didWebDocument(GATEWAY, ROTATING, now);
    expect(assertionMethod).toEqual(names.map((name) => `did:web:gw.example#${name}`));
    expect(authentication).toEqual(assertionMethod);
    expect(verificationMethod).toHaveLength(2);
  });

  it.each([
    ["a name with a fragment sign", [{ name: "a#b", publicKey: FIRST }], "key_id_malformed", "keys[0]"],
    ["an empty name", [{ name: "", publicKey: FIRST }], "key_id_malformed", "keys[0]"],
    ["a name of 65 characters", [{ name: "a".repeat(65), publicKey: FIRST }], "key_id_malformed", "keys[0]"],
    [
      "one name twice",
      [
        { name: "a", publicKey: FIRST },
        { name: "a", publicKey: SECOND },
      ],
      "key_duplicate",
      "keys[1]",
    ],
    [
      "one key twice",
      [
        { name: "a", publicKey: FIRST },
        { name: "b", publicKey: FIRST },
      ],
      "key_duplicate",
      "keys[1]",
    ],
    ["a key of small order", [{ name: "a", publicKey: new Uint8Array(32) }], "key_unusable", "keys[0]"],
    [
      "an empty window",
      [{ name: "a", publicKey: FIRST, not_before_unix_ms: 5, not_after_unix_ms: 5 }],
      "key_window",
      "keys[0]",
    ],
  ])("is not made with %s", (_what, keys, code, at) => {
    expect(() => didWebDocument(GATEWAY, keys, 0)).toThrow(expect.objectContaining({ code, at }));
  });

  it("has at most 16 keys, which is the caller's mistake", () => {
    const keys = Array.from({ length: 17 }, (_, index) => ({ name: `k${index}`, publicKey: FIRST }));
    expect(() => didWebDocument(GATEWAY, keys, 0)).toThrow(RangeError);
  });
});
