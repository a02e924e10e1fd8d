import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "./hex.ts";

const all = Uint8Array.from({ length: 256 }, (_, index) => index);

describe("hex", () => {
  it("RFC 4648 section 10, in lowercase", () => {
    expect(toHex(new TextEncoder().encode("foobar"))).toBe("666f6f626172");
    expect(fromHex("666f6f626172")).toStrictEqual(new Uint8Array(new TextEncoder().encode("foobar")));
  });

  it("every byte goes both ways", () => {
    expect(toHex(all)).toBe(Buffer.from(all).toString("hex"));
    expect(fromHex(toHex(all))).toStrictEqual(all);
    expect(fromHex("")).toStrictEqual(new Uint8Array(0));
  });

  it.each([
    ["a", 1],
    ["0g", 1],
    ["AB", 0],
    ["aB", 1],
    ["0x00", 1],
    [" 00 ", 0],
    ["0/", 1],
    ["0:", 1],
    ["`0", 0],
    ["\uff10\uff10", 0],
  ])("%j is refused at %i", (text, at) => {
    expect(() => fromHex(text)).toThrow(expect.objectContaining({ code: "hex_malformed", at }));
  });
});
