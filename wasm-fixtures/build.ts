/**
 * Builds the fixtures from their sources: `node wasm-fixtures/build.ts` writes the files and their digests into
 * fixtures.json, and the long rungs of `contract/`; `--check` writes nothing and fails where a file is not what its source
 * gives; `--all` also builds anew what comes out different each time.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { generatedRungs } from "./contract-ladder.ts";
import { type FixtureRow, fixtureTable } from "./fixtures.ts";
import { clangIsThere, make } from "./recipes.ts";

export interface Finding {
  readonly name: string;
  /** What is wrong, or `undefined` when the fixture is as the table says. */
  readonly problem?: string;
  /** True when the bytes were made anew from the sources, and not only compared with the table. */
  readonly rebuilt: boolean;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const urlOf = (row: FixtureRow): URL => new URL(row.file, import.meta.url);

function buildable(row: FixtureRow): boolean {
  return row.rebuild === "always" || (row.rebuild === "with_clang" && clangIsThere());
}

/** What a row is made from stands above it in the table, so its file is already built, or checked. */
function build(row: FixtureRow, table: readonly FixtureRow[]): Promise<Uint8Array> {
  const above = table.slice(0, table.indexOf(row));
  return make(row.recipe, (name) => {
    const parent = above.find((candidate) => candidate.name === name);
    if (parent === undefined) throw new Error(`${row.name} is made from ${name}, which does not stand above it`);
    return readFileSync(urlOf(parent));
  });
}

/** Compares every file with the table, and what can be built here with its source. */
export async function checkFixtures(): Promise<readonly Finding[]> {
  const table = fixtureTable();
  const findings: Finding[] = [];
  for (const row of table) findings.push(await checkOne(row, table));
  return findings;
}

/** Compares the generated rungs of the contract ladder with the disk. */
export function checkRungs(): readonly Finding[] {
  return generatedRungs().map(({ file, text }) => {
    const url = new URL(file, import.meta.url);
    const same = existsSync(url) && readFileSync(url, "utf8") === text;
    return { name: file, rebuilt: true, ...(same ? {} : { problem: "contract-ladder.ts gives another text" }) };
  });
}

async function checkOne(row: FixtureRow, table: readonly FixtureRow[]): Promise<Finding> {
  const rebuilt = buildable(row);
  const finding = (problem: string): Finding => ({ name: row.name, rebuilt, problem });
  if (!existsSync(urlOf(row))) return finding("the file is missing");
  const stored = readFileSync(urlOf(row));
  if (sha256(stored) !== row.sha256) return finding("the file is not the one in the table");
  if (stored.length !== row.size_bytes) return finding("the table has another size");
  if (rebuilt && sha256(await build(row, table)) !== row.sha256) return finding("its source gives other bytes");
  return { name: row.name, rebuilt };
}

async function writeFixtures(all: boolean): Promise<void> {
  const table = fixtureTable();
  const measured: string[] = [];
  let total = 0;
  for (const row of table) {
    if (buildable(row) || all || !existsSync(urlOf(row))) {
      mkdirSync(new URL(".", urlOf(row)), { recursive: true });
      writeFileSync(urlOf(row), await build(row, table));
    }
    const bytes = readFileSync(urlOf(row));
    total += bytes.length;
    measured.push(`"sha256": "${sha256(bytes)}",\n    "size_bytes": ${bytes.length},`);
  }
  writeMeasured(measured);
  for (const { file, text } of generatedRungs()) writeFileSync(new URL(file, import.meta.url), text);
  console.log(`${table.length} fixtures, ${total} bytes`);
}

/** Only the two measured fields of each row change: everything else in the table is written, and laid out, by hand. */
function writeMeasured(measured: readonly string[]): void {
  const url = new URL("fixtures.json", import.meta.url);
  let row = 0;
  const text = readFileSync(url, "utf8").replace(
    /"sha256": "[0-9a-f]*",\s*"size_bytes": [0-9]+,/g,
    (old) => measured[row++] ?? old,
  );
  if (row !== measured.length)
    throw new Error(`fixtures.json has ${row} rows with both fields, not ${measured.length}`);
  writeFileSync(url, text);
}

async function main(args: readonly string[]): Promise<number> {
  if (!args.includes("--check")) {
    await writeFixtures(args.includes("--all"));
    return 0;
  }
  const findings = [...(await checkFixtures()), ...checkRungs()];
  const bad = findings.filter((finding) => finding.problem !== undefined);
  for (const { name, problem } of bad) console.error(`${name}: ${problem}`);
  console.log(
    `${findings.length} fixtures, ${findings.filter((f) => f.rebuilt).length} built anew, ${bad.length} wrong`,
  );
  return bad.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = await main(process.argv.slice(2));
