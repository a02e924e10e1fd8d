/**
 * Imports and exports of core modules beside two readers that others wrote: `@webassemblyjs/wasm-parser` and npm
 * `wasmparser`. Whatever both they and we can read must come out equal; what they refuse is listed by reason.
 */
import { type Inspection, inspect, WasmError } from "@tau-edge/wasm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadFixtures } from "../../wasm-fixtures/fixtures.ts";
import { type NamedExport, type NamedImport, wajsImports, wasmparserSurface } from "./core-oracles.ts";
import { type Refusal, refusalTable } from "./refusal-table.ts";
import { readSpecCases } from "./spec-cases.ts";

interface Input {
  readonly name: string;
  readonly suite: "fixture" | "valid" | "other";
  readonly bytes: Uint8Array;
}

const FIXTURES = loadFixtures();
const INPUTS: readonly Input[] = [
  ...FIXTURES.filter(({ expect }) => expect.kind === "module").map(({ name, bytes }) => ({
    name,
    suite: "fixture" as const,
    bytes,
  })),
  ...readSpecCases("wasm-spec-cases.jsonl.gz").map(({ name, expected, bytes }) => ({
    name,
    suite: expected === "valid" ? ("valid" as const) : ("other" as const),
    bytes,
  })),
];

function ours(bytes: Uint8Array): Inspection | undefined {
  try {
    return inspect(bytes);
  } catch (error) {
    if (error instanceof WasmError) return undefined;
    throw error;
  }
}

function importsOf(inspection: Inspection): NamedImport[] {
  return inspection.imports.map(({ name, field = "", kind }) => ({
    module: name,
    field,
    kind: kind as NamedImport["kind"],
  }));
}

function exportsOf(inspection: Inspection): NamedExport[] {
  return inspection.exports.map(({ name, kind }) => ({ name, kind: kind as NamedExport["kind"] }));
}

describe("@webassemblyjs/wasm-parser", () => {
  // It prints export kinds that it does not know, and goes on.
  const log = vi.spyOn(console, "warn");
  beforeAll(() => void log.mockImplementation(() => {}));
  afterAll(() => log.mockRestore());

  it("refuses every component", () => {
    const components = FIXTURES.filter(({ expect }) => expect.kind !== "module");
    expect(components.length).toBeGreaterThan(30);
    for (const { name, bytes } of components) {
      expect(wajsImports(bytes), name).toMatchObject({ refused: expect.stringMatching("unknown binary version") });
    }
  });

  it("reads the same imports, and refuses what the table lists", async () => {
    const refusals: Refusal[] = [];
    let equal = 0;
    let withImports = 0;
    for (const { name, suite, bytes } of INPUTS) {
      const inspection = ours(bytes);
      const answer = wajsImports(bytes);
      if ("refused" in answer) {
        refusals.push({ reason: answer.refused, name, suite, weRead: inspection !== undefined });
      } else if (inspection !== undefined) {
        expect(importsOf(inspection), name).toEqual(answer.read);
        equal += 1;
        if (answer.read.length > 0) withImports += 1;
      }
    }
    expect(equal).toBeGreaterThan(4_500);
    expect(withImports).toBeGreaterThan(300);
    await expect(refusalTable(refusals)).toMatchFileSnapshot("data/wasm-parser-refusals.md");
  });
});

/** Valid modules that npm wasmparser 5.11.1 cannot read, by its own words: proposals that it does not know. */
const WASMPARSER_REFUSES: { readonly [reason: string]: number } = {
  "Unknown operator: 0xfc13": 2, // wide arithmetic
  "Unknown operator: 255": 2,
  "Unknown type kind: -51": 36, // custom descriptors
  "Unknown type kind: 0": 3,
  "Unknown type kind: 1": 2,
  "Unsupported element segment type 128": 1, // flags written as a longer LEB128
  "Unsupported element segment type 130": 2,
  "a kind is 32": 6, // imports of an exact function type
};

describe("wasmparser", () => {
  it("reads the same imports and exports", () => {
    let equal = 0;
    const refusedValid = new Map<string, number>();
    for (const { name, suite, bytes } of INPUTS) {
      const inspection = ours(bytes);
      if (inspection === undefined || inspection.kind !== "module") continue;
      const answer = wasmparserSurface(bytes);
      if ("refused" in answer) {
        if (suite !== "other") refusedValid.set(answer.refused, (refusedValid.get(answer.refused) ?? 0) + 1);
        continue;
      }
      expect(importsOf(inspection), name).toEqual(answer.read.imports);
      expect(exportsOf(inspection), name).toEqual(answer.read.exports);
      equal += 1;
    }
    expect(equal).toBeGreaterThan(5_000);
    expect(Object.fromEntries(refusedValid)).toEqual(WASMPARSER_REFUSES);
  });
});
