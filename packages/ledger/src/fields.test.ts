import { describe, expect, it } from "vitest";
import { Fields, integerOf, textOf } from "./fields.ts";

const HASH = new Uint8Array(32).fill(7);

const sample = () =>
  new Fields({ name: "a", on: false, n: 3, below: -1, hash: HASH, kind: "x", inner: { deep: 1 }, list: [1, 2] }, "s#0");

describe("fields of a record or an object", () => {
  it("gives what stands there", () => {
    const fields = sample();
    expect(fields.text("name")).toBe("a");
    expect(fields.flag("on")).toBe(false);
    expect(fields.integer("n")).toBe(3);
    expect(fields.integer("below", -1)).toBe(-1);
    expect(fields.digest("hash")).toBe(`sha256:${"07".repeat(32)}`);
    expect(fields.word("kind", ["x", "y"])).toBe("x");
    expect(fields.map("inner").integer("deep")).toBe(1);
    expect(fields.list("list", (item, at) => [integerOf(item, 0, at), at])).toEqual([
      [1, "s#0 list[0]"],
      [2, "s#0 list[1]"],
    ]);
    expect(fields.optional("name", (key) => fields.text(key))).toBe("a");
    expect(fields.optional("absent", (key) => fields.text(key))).toBeUndefined();
    expect(() => fields.end()).not.toThrow();
  });

  it.each<[string, (fields: Fields) => unknown, string]>([
    ["absent", (fields) => fields.text("absent"), "s#0 absent"],
    ["inherited", (fields) => fields.value("toString"), "s#0 toString"],
    ["of another type", (fields) => fields.text("n"), "s#0 n"],
    ["below its least value", (fields) => fields.integer("below"), "s#0 below"],
    ["of another length", (fields) => fields.bytes("hash", 31), "s#0 hash"],
    ["of another vocabulary", (fields) => fields.word("kind", ["y"]), "s#0 kind"],
    ["no map", (fields) => fields.map("list"), "s#0 list"],
    ["no list", (fields) => fields.list("inner", textOf), "s#0 inner"],
    ["wrong within a list", (fields) => fields.list("list", textOf), "s#0 list[0]"],
    ["wrong within a map", (fields) => fields.map("inner").text("deep"), "s#0 inner deep"],
    ["not asked for", (fields) => fields.end(), "s#0 name"],
  ])("names the field that is %s", (_name, read, at) => {
    expect(() => read(sample())).toThrow(expect.objectContaining({ code: "field_malformed", at }));
  });

  it("a value that is no map has no fields", () => {
    for (const value of [undefined, null, 1, "a", [], HASH])
      expect(() => new Fields(value, "s#0")).toThrow(expect.objectContaining({ code: "field_malformed", at: "s#0" }));
  });
});
