/** docs/threats.md names what is there: files, lines and tests. That they do what they say is for the campaign to show. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { THREAT_GROUPS } from "../../scripts/defences/all.ts";
import { occurrences } from "../../scripts/defences/mutation.ts";
import { threatsPage } from "../../scripts/defences/page.ts";
import { ROOT } from "./documents.ts";

const threats = THREAT_GROUPS.flatMap((group) => group.threats);
const rows = threats.flatMap(({ number, defences }) => defences.map((defence) => ({ number, ...defence })));

/** Those of the threat model that are about identity and access. */
const NUMBERS = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 26, 27];

it("docs/threats.md is what its rows say: `npm run reference` writes it", () => {
  expect(readFileSync(join(ROOT, "docs/threats.md"), "utf8")).toBe(threatsPage());
});

it("has every number once, with something that stands in the way", () => {
  const found = threats.map(({ number }) => number);
  expect(found).toEqual(expect.arrayContaining(NUMBERS));
  expect(new Set(found).size).toBe(found.length);
  expect(threats.filter(({ defences }) => defences.length === 0)).toEqual([]);
});

describe.each(rows)("$number: $by", (row) => {
  const { file, text, without, shown } = row;

  it("names lines that are there, once, and takes them out", () => {
    expect(existsSync(join(ROOT, file)) ? occurrences(ROOT, row) : "no file", `${file}: ${text}`).toBe(1);
    expect(without).not.toBe(text);
  });

  it("names a test that is there", () => {
    expect(existsSync(join(ROOT, shown.file)), shown.file).toBe(true);
    expect(readFileSync(join(ROOT, shown.suite ?? shown.file), "utf8")).toContain(shown.name);
  });
});
