import { expect, it } from "vitest";
import { rustTrim } from "./rust-trim.ts";

it("trims exactly the characters with the property White_Space", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    const isSpace = /^\p{White_Space}$/u.test(character);
    expect(rustTrim(`${character}a${character}`), code.toString(16)).toBe(isSpace ? "a" : `${character}a${character}`);
  }
});

it("there is none beyond U+FFFF, which takes two units", () => {
  for (let code = 0x10000; code <= 0x10ffff; code++)
    if (/^\p{White_Space}$/u.test(String.fromCodePoint(code))) throw new Error(code.toString(16));
});

it("leaves white space inside as it is, and of nothing else leaves nothing", () => {
  expect(rustTrim(" a \u0085 b\t")).toBe("a \u0085 b");
  expect(rustTrim(" \n\u3000")).toBe("");
  expect(rustTrim("")).toBe("");
});

it("takes the length of the text and not its square, wherever the white space stands", () => {
  const text = `a${" ".repeat(1_000_000)}b`;
  expect(rustTrim(text)).toBe(text);
});
