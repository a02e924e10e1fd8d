/** Every fixture yields what its row in fixtures.json says: facts and, under every built-in profile, the verdict. */
import { BUILTIN_PROFILES, judge, observedImportModules } from "@tau-edge/manifest";
import { type Inspection, inspect } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { type ExpectedFacts, type Fixture, loadFixtures } from "../../wasm-fixtures/fixtures.ts";

const fixtures = loadFixtures();

/** The inspection in the shape of the table. */
function factsOf(found: Inspection): Omit<ExpectedFacts, "features" | "verdicts"> {
  return {
    kind: found.kind,
    import_names: observedImportModules(found),
    export_names: found.exports.map((fact) => fact.name),
    roles: found.roles,
    capabilities: found.capabilities,
    interfaces: found.interfaces.map(({ name, track, known, functions }) => ({ name, track, known, functions })),
    nested_count: found.nested.length,
    warnings: [...new Set(found.warnings.map((warning) => warning.code))],
  };
}

function withoutVerdicts(fixture: Fixture): Omit<ExpectedFacts, "features" | "verdicts"> {
  const { features: _features, verdicts: _verdicts, ...facts } = fixture.expect;
  return facts;
}

describe("fixtures", () => {
  it.each(fixtures)("$name: facts", (fixture) => {
    expect(factsOf(inspect(fixture.bytes))).toEqual(withoutVerdicts(fixture));
  });

  it.each(fixtures)("$name: verdicts", (fixture) => {
    const inspection = inspect(fixture.bytes);
    const verdicts = BUILTIN_PROFILES.map((profile) => {
      const { compliance, reason_codes } = judge(inspection, profile);
      return [profile.profile_id, { compliance, reason_codes }];
    });
    expect(Object.fromEntries(verdicts)).toEqual(fixture.expect.verdicts);
  });

  it.each(fixtures.filter((fixture) => fixture.expect.features !== undefined))("$name: features", (fixture) => {
    const inspection = inspect(fixture.bytes, { features: true });
    expect(inspection.features).toEqual(fixture.expect.features);
    expect({ ...inspection, features: undefined }).toEqual({ ...inspect(fixture.bytes), features: undefined });
  });

  it("have facts that agree with the engine's, wherever it reads the module", () => {
    let compared = 0;
    for (const { bytes, name } of fixtures) {
      const own = Uint8Array.from(bytes);
      if (!WebAssembly.validate(own)) continue;
      const module = new WebAssembly.Module(own);
      const found = inspect(bytes);
      const imports = WebAssembly.Module.imports(module).map((fact) => [fact.module, fact.name, engineKind(fact.kind)]);
      expect(
        found.imports.map((fact) => [fact.name, fact.field, fact.kind]),
        name,
      ).toEqual(imports);
      const exports = WebAssembly.Module.exports(module).map((fact) => [fact.name, engineKind(fact.kind)]);
      expect(
        found.exports.map((fact) => [fact.name, fact.kind]),
        name,
      ).toEqual(exports);
      compared++;
    }
    expect(compared).toBeGreaterThanOrEqual(24);
  });
});

const engineKind = (kind: string): string => (kind === "function" ? "func" : kind);
