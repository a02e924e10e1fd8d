import { describe, expect, it } from "vitest";
import { makeEncodedPages } from "./encoded-pages.ts";

describe("encoded pages", () => {
  const page = (bytes: number) => [new Uint8Array(bytes)];

  it("keep what was asked for last, within their bound", () => {
    const pages = makeEncodedPages(100);
    pages.set("a", page(40));
    pages.set("b", page(40));
    pages.get("a");
    pages.set("c", page(40));
    expect([pages.get("a")?.length, pages.get("b"), pages.get("c")?.length, pages.bytes]).toEqual([
      1,
      undefined,
      1,
      80,
    ]);
    pages.set("a", page(60));
    expect(pages.bytes).toBe(100);
  });

  it("keep a page that is larger than all of them, because somebody is about to read it", () => {
    const pages = makeEncodedPages(100);
    pages.set("a", page(40));
    pages.set("large", page(500));
    expect([pages.get("a"), pages.get("large")?.length, pages.bytes]).toEqual([undefined, 1, 500]);
  });
});
