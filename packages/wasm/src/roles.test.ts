import { describe, expect, it } from "vitest";
import { inspect } from "./inspect.ts";
import {
  component,
  FUNC_TYPE,
  importInstance,
  module,
  name,
  type Part,
  section,
  vec,
} from "./testing/builder.test-helper.ts";
import { exporting, FUNC, funcImport, INSTANCE, importSection } from "./testing/shapes.test-helper.ts";

const exportInstance = (externName: string): Part => [0x00, name(externName), 0x05, 0, 0];

describe("exports and roles", () => {
  const exportsOf = (...externNames: string[]) =>
    inspect(
      component(
        INSTANCE,
        importSection(importInstance("my:own/thing", 0)),
        section(11, vec(...externNames.map(exportInstance))),
      ),
    );

  it.each<[string[], string[]]>([
    [["wasi:cli/run@0.2.6"], ["command"]],
    [["wasi:cli/run@0.3.0"], ["command"]],
    [["wasi:http/incoming-handler@0.2.0"], ["http_server"]],
    [
      ["wasi:http/handler@0.3.0", "wasi:cli/run@0.3.0"],
      ["command", "http_server"],
    ],
    [["wasi:cli/run@9.0.0"], ["reactor"]],
    [["wasi:cli/run"], ["reactor"]],
    [["my:own/api"], ["reactor"]],
    [[], []],
  ])("a component that exports %j is %j", (externNames, roles) => {
    expect(exportsOf(...externNames).roles).toEqual(roles);
  });

  it("finds middleware by an import and an export together", () => {
    const bytes = component(
      INSTANCE,
      importSection(importInstance("wasi:http/handler@0.3.0", 0)),
      section(11, vec(exportInstance("wasi:http/handler@0.3.0"))),
    );
    expect(inspect(bytes).roles).toEqual(["http_middleware", "http_server"]);
  });

  it("sees an entry point behind the listing whatever its length is padded to", () => {
    const padded: Part = [0x86, 0x80, 0x00, new TextEncoder().encode("_start")];
    const bytes = module(
      FUNC_TYPE,
      section(3, vec(0)),
      section(7, vec([name("x"), 0, 0], [padded, 0, 0])),
      section(10, vec([2, 0, 0x0b])),
    );
    expect(inspect(bytes, { limits: { exports_listed_max: 1 } }).roles).toEqual(["command"]);
  });

  it.each([
    ["_start", ["command"]],
    ["_initialize", ["reactor"]],
    ["start", []],
  ])("a module that exports %s is %j", (exported, roles) => {
    const bytes = module(
      FUNC_TYPE,
      section(3, vec(0)),
      section(7, vec([name("x"), 0, 0], [name(exported), 0, 0])),
      section(10, vec([2, 0, 0x0b])),
    );
    const limits = { exports_listed_max: 1 };
    expect(inspect(bytes).roles).toEqual(roles);
    // Beyond the listing the role is still seen.
    expect(inspect(bytes, { limits })).toMatchObject({
      roles,
      export_count: 2,
      exports: [{ name: "x" }],
      warnings: [{ code: "exports_not_listed" }],
    });
  });

  it("tells a WIT package from a component", () => {
    const wit = component(section(7, vec([0x41, vec()])), section(11, vec([0, name("my:own/thing"), 3, 0, 0])));
    expect(inspect(wit).kind).toBe("wit_package");
    expect(inspect(component()).kind).toBe("component");
    const valueType = component(section(7, vec(0x73)), section(11, vec([0, name("t"), 3, 0, 0])));
    expect(inspect(valueType).kind).toBe("component");
    const imports = component(
      section(7, vec([0x41, vec()])),
      importSection([0, name("c"), 4, 0]),
      section(11, vec([0, name("t"), 3, 0, 0])),
    );
    expect(inspect(imports).kind).toBe("component");
  });

  it("lists exports with their kinds and places", () => {
    const { exports, export_count } = inspect(exporting(0));
    expect(exports).toEqual([{ name: "f", kind: "func", at: 21 }]);
    expect(export_count).toBe(1);
    expect(
      inspect(component(FUNC, importSection(funcImport("f")), section(11, vec([0, name("g"), 1, 0, 0])))).exports,
    ).toEqual([{ name: "g", kind: "func", at: 26 }]);
  });
});
