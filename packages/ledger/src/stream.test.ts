import { describe, expect, it } from "vitest";
import { formatStream, isStreamId, isStreamName, parseStream, SYSTEM_STREAM } from "./stream.ts";

describe("stream names", () => {
  it("three ids go both ways", () => {
    const stream = { tenant: "default", environment: "prod", blueprint: "edge-wasm.v2_x" };
    expect(formatStream(stream)).toBe("default/prod/edge-wasm.v2_x");
    expect(parseStream("default/prod/edge-wasm.v2_x")).toEqual(stream);
  });

  it("there is one system stream, and a tenant may still be called so", () => {
    expect(parseStream("system")).toBe(SYSTEM_STREAM);
    expect(parseStream("system/prod/a")).toEqual({ tenant: "system", environment: "prod", blueprint: "a" });
  });

  it.each(["a", "0", "a-b_c.d", "a.b.c", "a".repeat(63)])("%s is an id", (id) => {
    expect(isStreamId(id)).toBe(true);
    expect(isStreamName(`default/prod/${id}`)).toBe(true);
  });

  it.each([
    "",
    "A",
    "-a",
    ".a",
    "_a",
    "..",
    "a..b",
    "a b",
    "a/b",
    "a\\b",
    "a\n",
    "\u00e4",
    "a%2f",
    "a\u0000",
    "a".repeat(64),
  ])("%j is not an id", (id) => {
    expect(isStreamId(id)).toBe(false);
    for (const name of [`${id}/prod/a`, `default/${id}/a`, `default/prod/${id}`]) {
      expect(isStreamName(name)).toBe(false);
      expect(() => parseStream(name)).toThrow(expect.objectContaining({ code: "stream_malformed" }));
    }
  });

  it.each(["", "System", "system/", "default/prod", "default/prod/a/b", "/default/prod/a", "default//a"])(
    "%j is not a stream",
    (name) => {
      expect(isStreamName(name)).toBe(false);
      expect(() => parseStream(name)).toThrow(expect.objectContaining({ code: "stream_malformed" }));
    },
  );

  it("says which part is wrong", () => {
    expect(() => formatStream({ tenant: "default", environment: "Prod", blueprint: "a" })).toThrow(
      expect.objectContaining({ code: "stream_malformed", at: "environment" }),
    );
  });
});
