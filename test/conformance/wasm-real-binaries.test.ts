/**
 * Large binaries that real toolchains made and that this repository has installed anyway: imports, exports and features
 * beside the engine and npm `wasmparser`. `scripts/campaign-real-binaries.ts` does the same for many more.
 */
import { inspect } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { featuresOfOperators, installedModules, wasmparserSurface } from "./core-oracles.ts";
import { engineSurface } from "./engine-surface.ts";

/** What these versions use, which is less than what their compilers claim in `target_features`. */
const FEATURES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "@bytecodealliance/componentize-js/lib/starlingmonkey_embedding.wasm",
    ["bulk_memory", "saturating_float_to_int", "sign_extension"],
  ],
  [
    "@bytecodealliance/componentize-js/lib/starlingmonkey_embedding_weval.wasm",
    ["bulk_memory", "saturating_float_to_int", "sign_extension"],
  ],
  [
    // Its only trace of reference types: table indices of call_indirect written as five bytes.
    "@bytecodealliance/componentize-js/lib/spidermonkey-embedding-splicer.core.wasm",
    ["bulk_memory", "reference_types", "sign_extension"],
  ],
  [
    "@bytecodealliance/jco-transpile/vendor/js-component-bindgen-component.core.wasm",
    ["bulk_memory", "sign_extension"],
  ],
  ["@bytecodealliance/jco-transpile/vendor/wasm-tools.core.wasm", ["bulk_memory", "sign_extension"]],
  ["oxc-parser/parser.wasm32-wasip1.wasm", ["bulk_memory", "saturating_float_to_int", "sign_extension", "simd"]],
  ["playwright-core/lib/webp_codec.wasm", ["bulk_memory", "saturating_float_to_int", "sign_extension", "simd"]],
]);

describe("installed binaries", () => {
  it.each(installedModules())(
    "$name",
    ({ name, bytes }) => {
      const inspection = inspect(bytes, { features: true });
      const imports = inspection.imports.map(({ name, field, kind }) => ({ module: name, field, kind }));
      const exports = inspection.exports.map(({ name, kind }) => ({ name, kind }));
      expect(bytes.length).toBeGreaterThan(100_000);
      expect(inspection.export_count).toBe(exports.length);

      const engine = engineSurface(bytes);
      expect(imports).toEqual(engine.imports);
      expect(exports).toEqual(engine.exports);

      const other = wasmparserSurface(bytes);
      if ("refused" in other) throw new Error(other.refused);
      expect(imports).toEqual(other.read.imports);
      expect(exports).toEqual(other.read.exports);

      // Instruction by instruction as another decoder sees them; declarations may only add to this.
      expect(inspection.features).toEqual(expect.arrayContaining([...featuresOfOperators(other.read.operators)]));
      expect(inspection.features).toEqual(FEATURES.get(name));
    },
    60_000,
  );
});
