/**
 * Features against an oracle: binaryen validates each valid case of the specification's suite with one proposal
 * switched off. Where it refuses what it accepts with the proposal on, the scan must have found that proposal.
 */

import type { WasmFeature } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { scanModuleFeatures } from "../../packages/wasm/src/features/scan.ts";
import { type Binaryen, loadQuietBinaryen } from "./quiet-binaryen.ts";
import { readSpecCases } from "./spec-cases.ts";

const CASES = readSpecCases("wasm-spec-cases.jsonl.gz");
const VALID = CASES.filter((entry) => entry.expected === "valid");

function scan(bytes: Uint8Array): Set<WasmFeature> {
  const found = new Set<WasmFeature>();
  scanModuleFeatures(bytes, 0, bytes.length, "", found);
  return found;
}

/** What stays on, what is switched off, and which of ours must then be found. */
interface Question {
  readonly without?: readonly (keyof Binaryen["Features"])[];
  readonly off: keyof Binaryen["Features"];
  readonly ours: readonly WasmFeature[];
}

const QUESTIONS: readonly Question[] = [
  { off: "Atomics", ours: ["threads", "shared_everything_threads"] },
  { off: "BulkMemory", without: ["BulkMemoryOpt"], ours: ["bulk_memory"] },
  { off: "CustomPageSizes", ours: ["custom_page_sizes"] },
  { off: "ExceptionHandling", ours: ["exceptions", "legacy_exceptions"] },
  { off: "ExtendedConst", ours: ["extended_const"] },
  { off: "GC", ours: ["gc", "function_references"] },
  { off: "Memory64", ours: ["memory64"] },
  { off: "MultiMemory", ours: ["multi_memory"] },
  { off: "Multivalue", ours: ["multi_value"] },
  { off: "MutableGlobals", ours: ["mutable_globals"] },
  { off: "NontrappingFPToInt", ours: ["saturating_float_to_int"] },
  {
    off: "ReferenceTypes",
    without: ["GC", "Strings", "StackSwitching", "SharedEverything", "CallIndirectOverlong", "ExceptionHandling"],
    ours: ["reference_types"],
  },
  { off: "RelaxedSIMD", ours: ["relaxed_simd"] },
  { off: "SIMD128", without: ["RelaxedSIMD"], ours: ["simd"] },
  { off: "SignExt", ours: ["sign_extension"] },
  { off: "TailCall", ours: ["tail_call"] },
  { off: "WideArithmetic", ours: ["wide_arithmetic"] },
];

/** Where binaryen draws a line elsewhere than the proposals do. */
const ITS_OWN_LINES: ReadonlyMap<string, string> = new Map([
  ["BulkMemory table_fill.wast:1", "table.fill came with reference types, not with bulk memory"],
  ["BulkMemory table_fill64.wast:1", "table.fill came with reference types, not with bulk memory"],
  ["ReferenceTypes elem.wast:30", "passive segments of funcref came with bulk memory"],
  ["ReferenceTypes elem.wast:31", "passive segments of funcref came with bulk memory"],
  ["ReferenceTypes table_init.wast:790", "passive segments of funcref came with bulk memory"],
  ["ReferenceTypes table_init64.wast:886", "passive segments of funcref came with bulk memory"],
  ["Multivalue tag.wast:1", "a tag with several parameters is not a function with several results"],
  ["Multivalue tag.wast:3", "a tag with several parameters is not a function with several results"],
]);

describe("features over the specification's suite", () => {
  it("decodes every valid module", () => {
    expect(VALID.length).toBe(2_818);
    for (const { name, bytes } of VALID) expect(() => scan(bytes), name).not.toThrow();
  });

  it("refuses with a code and nothing else, whatever the suite calls malformed or invalid", () => {
    let refused = 0;
    for (const { bytes } of CASES) {
      try {
        scan(bytes);
      } catch (error) {
        expect(error).toMatchObject({ name: "WasmError", code: expect.stringMatching(/^E_/) });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(200);
  });

  it("finds each proposal without which binaryen refuses the module", async () => {
    const binaryen = await loadQuietBinaryen();
    const missed: string[] = [];
    const asked = new Map<string, number>();
    for (const { name, bytes } of VALID) {
      const found = scan(bytes);
      for (const off of binaryen.needs(bytes, QUESTIONS)) {
        asked.set(off, (asked.get(off) ?? 0) + 1);
        const { ours } = QUESTIONS.find((question) => question.off === off) as Question;
        if (!ours.some((feature) => found.has(feature))) missed.push(`${off} ${name}`);
      }
    }
    expect(missed.sort()).toEqual([...ITS_OWN_LINES.keys()].sort());
    // Every question was answered "needed" by at least one module, else it would prove nothing.
    expect([...asked.keys()].sort()).toEqual(QUESTIONS.map((question) => question.off).sort());
  });
});
