import { describe, expect, it } from "vitest";
import { WASM_ERROR_MEANINGS, WasmError } from "./errors.ts";
import { inspect } from "./inspect.ts";
import { component, module, section } from "./testing/builder.test-helper.ts";
import { LIMIT_REFUSALS } from "./testing/limit-refusals.test-helper.ts";
import { STRUCTURE_REFUSALS } from "./testing/refusals.test-helper.ts";
import {
  exporting,
  FUNC,
  FUNCTION,
  funcImport,
  importSection,
  nestComponents,
  nestTypes,
} from "./testing/shapes.test-helper.ts";

const CASES = [...STRUCTURE_REFUSALS, ...LIMIT_REFUSALS];

describe("refusals", () => {
  it.each(CASES)("$what: $code", ({ bytes, code, at, path, feature, features, limits }) => {
    let thrown: unknown;
    try {
      inspect(bytes, { ...(features === undefined ? {} : { features }), ...(limits === undefined ? {} : { limits }) });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(WasmError);
    const { code: actualCode, at: actualAt, path: actualPath, feature: actualFeature } = thrown as WasmError;
    expect({ code: actualCode, at: actualAt, path: actualPath, feature: actualFeature }).toEqual({
      code,
      at,
      path: path ?? "",
      feature,
    });
  });

  it("has a case for every code", () => {
    expect(new Set(CASES.map(({ code }) => code))).toEqual(new Set(Object.keys(WASM_ERROR_MEANINGS)));
  });

  it("accepts the neighbours of what it refuses", () => {
    const neighbours = [
      module(),
      component(),
      module(...FUNCTION),
      exporting(0),
      nestComponents(16),
      component(section(7, nestTypes(16))),
      module(section(12, 0)),
      component(FUNC, importSection(funcImport("a"), funcImport("b"))),
    ];
    for (const bytes of neighbours) expect(() => inspect(bytes)).not.toThrow();
  });

  it("takes a limit that is raised, or no number, for a mistake of the caller", () => {
    for (const depth_max of [17, -1, 1.5, Number.NaN]) {
      expect(() => inspect(module(), { limits: { depth_max } })).toThrow(RangeError);
    }
  });
});
