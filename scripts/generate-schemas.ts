/**
 * Makes the JSON Schemas of every package that has `src/json-schemas.ts` (an export `JSON_SCHEMAS`: file name ->
 * {title, schema}) and writes them into `packages/<name>/schemas`. With `--check` it writes nothing and fails when a
 * file is missing, differs, or is made by nobody.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

export interface GeneratedSchema {
  /** Relative to the root of the house, with `/`. */
  readonly path: string;
  readonly text: string;
}

export async function generateSchemas(): Promise<GeneratedSchema[]> {
  const generated: GeneratedSchema[] = [];
  for (const source of globSync("packages/*/src/json-schemas.ts", { cwd: ROOT }).sort()) {
    const module: unknown = await import(pathToFileURL(join(ROOT, source)).href);
    const target = join(dirname(dirname(source)), "schemas").replaceAll("\\", "/");
    for (const [fileName, { title, schema }] of schemasOf(module, source))
      generated.push({ path: `${target}/${fileName}`, text: render(title, schema) });
  }
  return generated;
}

/** Files that differ from what would be generated, and files that nobody generates. */
export function findDifferences(generated: readonly GeneratedSchema[]): string[] {
  const expected = new Map(generated.map(({ path, text }) => [path, text]));
  const present = globSync("packages/*/schemas/*", { cwd: ROOT }).map((path) => path.replaceAll("\\", "/"));
  const orphans = present.filter((path) => !expected.has(path));
  const differing = [...expected].filter(([path, text]) => !present.includes(path) || readText(path) !== text);
  return [...orphans, ...differing.map(([path]) => path)].sort();
}

function schemasOf(module: unknown, source: string): [string, { title: string; schema: z.ZodType }][] {
  const table =
    typeof module === "object" && module !== null && "JSON_SCHEMAS" in module ? module.JSON_SCHEMAS : undefined;
  if (typeof table !== "object" || table === null) throw new Error(`${source} has no export JSON_SCHEMAS`);
  return Object.entries(table);
}

/** The input side: what a document may look like, before defaults are filled in. */
function render(title: string, schema: z.ZodType): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io: "input" });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}

function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

async function main(): Promise<void> {
  const generated = await generateSchemas();
  const differences = findDifferences(generated);
  if (process.argv.includes("--check")) {
    for (const path of differences) console.error(`${path} is not what its package generates: run npm run schemas`);
    process.exitCode = differences.length > 0 ? 1 : 0;
    return;
  }
  for (const { path, text } of generated) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  console.log(`${generated.length} schemas: ${generated.map(({ path }) => basename(path)).join(", ")}`);
}

if (import.meta.main) await main();
