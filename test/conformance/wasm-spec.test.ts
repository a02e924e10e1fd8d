/**
 * The WebAssembly suite's 6,755 core modules: every valid one is read, every malformed one refused unless its fault is
 * among the instructions of a function body, and imports and exports equal the engine's wherever it reads the module.
 */
import { type Inspection, inspect, WasmError } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { engineSurface } from "./engine-surface.ts";
import { acceptedMalformed, readSpecCases } from "./spec-cases.ts";

const CASES = readSpecCases("wasm-spec-cases.jsonl.gz");

function read(bytes: Uint8Array, features = false): Inspection | undefined {
  try {
    return inspect(bytes, { features });
  } catch (error) {
    if (error instanceof WasmError) return undefined;
    throw error;
  }
}

describe("the specification's suite", () => {
  it("is whole", () => {
    const count = (expected: string) => CASES.filter((each) => each.expected === expected).length;
    expect([CASES.length, count("valid"), count("invalid"), count("malformed")]).toEqual([6755, 2818, 2997, 939]);
  });

  it("has no valid module that is refused, with or without features", () => {
    const valid = CASES.filter(({ expected }) => expected === "valid");
    expect(valid.filter(({ bytes }) => read(bytes) === undefined).map(({ name }) => name)).toEqual([]);
    expect(valid.filter(({ bytes }) => read(bytes, true) === undefined).map(({ name }) => name)).toEqual([]);
  });

  it("has no malformed module that is read, but for faults inside bodies, listed by reason", async () => {
    const malformed = CASES.filter(({ expected }) => expected === "malformed");
    const accepted = malformed.filter(({ bytes }) => read(bytes) !== undefined);
    await expect(acceptedMalformed(accepted)).toMatchFileSnapshot("data/wasm-spec-accepted-malformed.json");
    expect(malformed.length - accepted.length).toBe(912);
  });

  it("names the imports and exports that the engine names", () => {
    let compared = 0;
    for (const { name, bytes } of CASES) {
      const found = read(bytes);
      if (found === undefined || !WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) continue;
      const ours = {
        imports: found.imports.map(({ name: module, field, kind }) => ({ module, field, kind })),
        exports: found.exports.map((fact) => ({ name: fact.name, kind: fact.kind })),
      };
      expect({ name, ...ours }).toEqual({ name, ...engineSurface(bytes) });
      compared += 1;
    }
    expect(compared).toBeGreaterThan(2600);
  });

  it("has no module that the engine reads and this reader refuses", () => {
    const refused = CASES.filter(
      ({ bytes }) => WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>) && read(bytes) === undefined,
    );
    expect(refused.map(({ name }) => name)).toEqual([]);
  });
});
