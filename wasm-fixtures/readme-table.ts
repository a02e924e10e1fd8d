/** The table of fixtures as README.md shows it. `node wasm-fixtures/readme-table.ts` prints it. */
import { pathToFileURL } from "node:url";
import { type FixtureRow, fixtureTable } from "./fixtures.ts";

/** The profile whose verdict is shown: the default one. */
const SHOWN_PROFILE = "wasi_preview2_v1";

export function readmeTable(table: readonly FixtureRow[]): string {
  const head = `| fixture | bytes | made by | \`${SHOWN_PROFILE}\` | what it shows |\n|---|---:|---|---|---|`;
  return [head, ...table.map(line)].join("\n");
}

function line(row: FixtureRow): string {
  const cells = [`\`${row.name}\``, row.size_bytes, row.recipe.tool, verdictOf(row), row.about.replaceAll("|", "\\|")];
  return `| ${cells.join(" | ")} |`;
}

function verdictOf(row: FixtureRow): string {
  const verdict = row.expect.verdicts[SHOWN_PROFILE];
  if (verdict === undefined) throw new RangeError(`${row.name} has no verdict under ${SHOWN_PROFILE}`);
  const codes = verdict.reason_codes.map((code) => ` \`${code}\``).join("");
  return `${verdict.compliance}${codes}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(readmeTable(fixtureTable()));
