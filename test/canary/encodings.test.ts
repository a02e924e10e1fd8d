import { toBase64, toBase64url, toHex, toMultibase } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { placesOf } from "./encodings.ts";

const SECRET = Uint8Array.from({ length: 32 }, (_, nth) => (nth * 37 + 11) % 251);
const backwards = (text: string) => Array.from(text).reverse().join("");

it.each<readonly [string, Uint8Array, string]>([
  ["utf8", Buffer.from("a secret of words"), "it is: a secret of words!"],
  ["hex", SECRET, toHex(SECRET)],
  ["hex in capitals", SECRET, toHex(SECRET).toUpperCase()],
  ["base64", SECRET, toBase64(SECRET)],
  ["base64url", SECRET, `token=${toBase64url(SECRET)}.x`],
  ["base58", SECRET, toMultibase("z", SECRET)],
  ["bytes backwards, then hex", SECRET, toHex(SECRET.toReversed())],
  ["words backwards", Buffer.from("a secret of words"), backwards("a secret of words")],
  ["base64url backwards", SECRET, backwards(toBase64url(SECRET))],
  ...[1, 2, 3, 4].map((before) => {
    const longer = Uint8Array.from([...new Uint8Array(before).fill(58), ...SECRET, 58]);
    return [`base64, ${before} bytes into something longer`, SECRET, toBase64(longer)] as const;
  }),
  ["the name of a host", Buffer.from("A-Secret-of-Words"), "no host a-secret-of-words.example"],
])("finds a secret as %s", (_, secret, text) => {
  const readables = [["there", Buffer.from(text)] as const, ["elsewhere", Buffer.from("nothing")] as const];
  expect(placesOf([secret], readables)).toEqual(["there"]);
});

it("finds nothing where nothing is", () => {
  expect(placesOf([SECRET], [["there", Buffer.from(toHex(SECRET).slice(1))]])).toEqual([]);
});
