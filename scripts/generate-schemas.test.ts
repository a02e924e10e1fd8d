import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { findDifferences, generateSchemas } from "./generate-schemas.ts";

const generated = await generateSchemas();

it("the schema files are what their packages generate", () => {
  expect(generated.length).toBeGreaterThanOrEqual(5);
  expect(findDifferences(generated)).toEqual([]);
});

it("a file that differs, is missing, or is made by nobody is found", () => {
  const [first, second, ...rest] = generated;
  if (first === undefined || second === undefined) throw new Error("expected schemas");
  const changed = [
    { ...first, text: `${first.text} ` },
    { path: "packages/x/schemas/new.schema.json", text: "" },
    ...rest,
  ];
  expect(findDifferences(changed)).toEqual([first.path, second.path, "packages/x/schemas/new.schema.json"].sort());
});

it.each(generated)("$path is a schema that a validator accepts, with a title", ({ path }) => {
  const schema = JSON.parse(readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), "utf8"));
  expect(schema.title).toMatch(/^[A-Z]/);
  expect(() => new Ajv2020({ strict: false }).compile(schema)).not.toThrow();
});
