import { decodeUtf8, encodeUtf8 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { type DerivedCode, readDerivedCode, writeDerivedCode } from "./derived-code.ts";
import { MANIFEST_LIMITS } from "./limits.ts";

const ONE = `sha256:${"11".repeat(32)}` as const;
const TWO = `sha256:${"22".repeat(32)}` as const;
const CODE: DerivedCode = {
  v: 1,
  artifact_digest: ONE,
  transpiler: "@bytecodealliance/jco",
  version: "1.35.0",
  options: ["--no-nodejs-compat", "--name", "x"],
  entry: "x.js",
  files: [
    { path: "interfaces/x.core.wasm", sha256: TWO, bytes: 12 },
    { path: "x.js", sha256: ONE, bytes: 0 },
  ],
};
const refused = (code: string, at: string) => expect.objectContaining({ code, at });

describe("derived code", () => {
  it("is one text, whatever the order of its files was", () => {
    const bytes = writeDerivedCode({ ...CODE, files: CODE.files.toReversed() });
    expect(decodeUtf8(bytes).slice(0, 40)).toBe(`{"artifact_digest":"sha256:1111111111111`);
    expect(readDerivedCode(bytes)).toEqual(CODE);
  });

  const [core, entry] = CODE.files;
  it.each<[string, object, string]>([
    ["with a field that nobody knows", { colour: "red" }, "$"],
    ["without an entry", { entry: undefined }, "$.entry"],
    ["whose entry is no file of it", { entry: "y.js" }, "$.entry"],
    ["of another form", { v: 0 }, "$.v"],
    ["with a digest in upper case", { artifact_digest: ONE.toUpperCase() }, "$.artifact_digest"],
    ["without the name of a tool", { transpiler: "" }, "$.transpiler"],
    ["with an option that is no text", { options: [1] }, "$.options[0]"],
    ["with files that are no list", { files: {} }, "$.files"],
    ["with one path twice", { files: [entry, entry] }, "$.files"],
    ["with a field of a file that nobody knows", { files: [{ ...entry, mode: 1 }] }, "$.files[0]"],
    ["with half a byte", { files: [{ ...entry, bytes: 0.5 }] }, "$.files[0].bytes"],
    ["with a file that is too large", { files: [core, { ...entry, bytes: 2 ** 40 }] }, "$.files[1].bytes"],
    ...["/x.js", "../x.js", "a/../x.js", "a//x.js", "a\\x.js", "C:x.js", ".x", "x.js/", "", "a b", "ä.js"].map(
      (path): [string, object, string] => [
        `with the path ${path}`,
        { files: [entry, { ...core, path }] },
        "$.files[1].path",
      ],
    ),
  ])("is not read %s", (_name, changes, at) => {
    const bytes = encodeUtf8(JSON.stringify({ ...CODE, ...changes }));
    expect(() => readDerivedCode(bytes)).toThrow(refused("derived_field", at));
  });

  it("is not read when it could be written otherwise, is no JSON, is too long or newer", () => {
    const read = (text: string) => () => readDerivedCode(encodeUtf8(text));
    expect(read(JSON.stringify(CODE))).toThrow(refused("derived_syntax", "$"));
    expect(read("{")).toThrow(expect.objectContaining({ code: "derived_syntax" }));
    expect(read(JSON.stringify({ v: 2 }))).toThrow(refused("derived_newer", "$.v"));
    expect(read(" ".repeat(MANIFEST_LIMITS.derived_bytes_max + 1))).toThrow(refused("derived_too_large", "$"));
  });
});
