import { fromHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { readEntropy } from "./entropy.ts";

const HEX = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
const BASE64URL = "LXEWQrcmsEQBYnypr7wy9chTD7GQPMTbAiWHF5IaSIE";

describe("entropy", () => {
  it.each([
    [`hex:${HEX}`, HEX],
    [`  hex:${HEX}\n`, HEX],
    [`hex:${HEX}00`, `${HEX}00`],
    ["base64url:LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE", HEX],
  ])("%s is bytes", (text, hex) => {
    expect(readEntropy(text)).toEqual({ kind: "bytes", bytes: fromHex(hex) });
  });

  it.each([
    ["local-dev-seed", "local-dev-seed"],
    [" Kept Case ", "Kept Case"],
    [HEX, HEX],
    ["hexagon", "hexagon"],
    ["x hex:00", "x hex:00"],
    ["base64:AAAA", "base64:AAAA"],
    ["A\u030angstro\u0308m \ufb01ve", "Ångström five"],
    ["\u00a8a", " \u0308a"],
  ])("%j is a passphrase", (text, passphrase) => {
    expect(readEntropy(text)).toEqual({ kind: "passphrase", passphrase });
  });

  it.each([
    ["", "entropy_empty"],
    [" \t\u0085\u3000\n", "entropy_empty"],
    ["hex:", "entropy_too_short"],
    [`hex:${HEX.slice(2)}`, "entropy_too_short"],
    ["base64url:AAAA", "entropy_too_short"],
    [`hex:${HEX}0`, "entropy_malformed"],
    [`hex:${HEX.toUpperCase()}`, "entropy_malformed"],
    [`HEX:${HEX}`, "entropy_malformed"],
    [`Base64URL:${BASE64URL}`, "entropy_malformed"],
    [`hex: ${HEX}`, "entropy_malformed"],
    [`hex:${HEX}\nhex:${HEX}`, "entropy_malformed"],
    [`base64url:${BASE64URL}=`, "entropy_malformed"],
    ["base64url:+/", "entropy_malformed"],
    ["a\ud800b", "entropy_ill_formed"],
    ["\udc00", "entropy_ill_formed"],
    ["x".repeat(1025), "entropy_too_long"],
  ])("%j is refused", (text, code) => {
    expect(() => readEntropy(text)).toThrow(expect.objectContaining({ name: "IdentityError", code, at: "entropy" }));
  });

  it("may have 1,024 characters", () => {
    expect(readEntropy("x".repeat(1024)).kind).toBe("passphrase");
  });
});
