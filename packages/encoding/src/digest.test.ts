import { describe, expect, it } from "vitest";
import { digestBytes, digestHex, digestOf, isDigest, parseDigest } from "./digest.ts";
import { fromHex, toHex } from "./hex.ts";
import { sha256 } from "./sha256.ts";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("digests", () => {
  // FIPS 180-4 examples, and the empty module and component of the WebAssembly binary format.
  it.each([
    ["", EMPTY],
    ["616263", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["0061736d01000000", "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476"],
    ["0061736d0d000100", "24eaf3439a60c96764c4f2c92a0a81b52bd4fe5d5b91f090184a0f6486b1bf29"],
  ])("sha256 of %j", (hex, hash) => {
    expect(digestOf(sha256(fromHex(hex)))).toBe(`sha256:${hash}`);
  });

  it("takes its written form apart", () => {
    const digest = parseDigest(`sha256:${EMPTY}`);
    expect(digestHex(digest)).toBe(EMPTY);
    expect(toHex(digestBytes(digest))).toBe(EMPTY);
  });

  it.each([
    EMPTY,
    `sha256:${EMPTY.toUpperCase()}`,
    `SHA256:${EMPTY}`,
    `sha256:${EMPTY} `,
    `sha256:${EMPTY}\n`,
    "sha256:",
    `sha512:${EMPTY}`,
  ])("%j is not a digest", (text) => {
    expect(isDigest(text)).toBe(false);
    expect(() => parseDigest(text)).toThrow(expect.objectContaining({ code: "digest_malformed" }));
  });

  it("a hash of another length is a bug", () => {
    expect(() => digestOf(new Uint8Array(20))).toThrow(RangeError);
  });
});
