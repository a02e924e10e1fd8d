/** The fixtures on disk are the ones in the table, the table is the one in the README, and sources give the same bytes. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkFixtures, checkRungs } from "../../wasm-fixtures/build.ts";
import { fixtureTable } from "../../wasm-fixtures/fixtures.ts";
import { readmeTable } from "../../wasm-fixtures/readme-table.ts";
import { clangIsThere } from "../../wasm-fixtures/recipes.ts";

const at = (path: string): URL => new URL(`../../wasm-fixtures/${path}`, import.meta.url);
const table = fixtureTable();

describe("fixture files", () => {
  it("are what their sources give", async () => {
    const findings = await checkFixtures();
    expect(findings.filter((finding) => finding.problem !== undefined)).toEqual([]);
    const rebuilt = table.filter((row) => row.rebuild === "always" || (row.rebuild === "with_clang" && clangIsThere()));
    expect(findings.filter((finding) => finding.rebuilt).map((finding) => finding.name)).toEqual(
      rebuilt.map((row) => row.name),
    );
  });

  it("include the long rungs of the contract ladder as their generator gives them", () => {
    const rungs = checkRungs();
    expect(rungs.filter((rung) => rung.problem !== undefined)).toEqual([]);
    const onDisk = readdirSync(at("contract/")).filter((file) => file.endsWith("-cases.json"));
    expect(rungs.map((rung) => rung.name)).toEqual(onDisk.sort().map((file) => `contract/${file}`));
  });

  it("are all in the table, and nothing else lies beside them", () => {
    const files = [
      ...readdirSync(at("built/")).map((file) => `built/${file}`),
      ...readdirSync(at("s1/")).map((file) => `s1/${file}`),
    ];
    expect(files.sort()).toEqual(table.map((row) => row.file).sort());
  });

  it("use every source", () => {
    const used = new Set(table.flatMap((row) => ("source" in row.recipe ? [row.recipe.source] : [])));
    const wats = readdirSync(at("src/wat/")).map((file) => `src/wat/${file}`);
    expect(wats.filter((file) => !used.has(file))).toEqual([]);
  });

  it("stay small enough to live in the repository", () => {
    expect(table.reduce((sum, row) => sum + row.size_bytes, 0)).toBeLessThan(3_000_000);
  });

  it("are listed in the README as they are in the table", () => {
    // The formatter pads the cells.
    const rows = (text: string) => text.split("\n").filter((line) => line.startsWith("| `"));
    const plain = (line: string) => line.replaceAll(/\s+/g, " ");
    const shown = rows(readFileSync(at("README.md"), "utf8").split("## Fixtures")[1] ?? "");
    expect(shown.map(plain)).toEqual(rows(readmeTable(table)).map(plain));
  });
});
