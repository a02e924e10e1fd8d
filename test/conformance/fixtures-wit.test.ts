/** A second opinion on components: the imports and exports of each fixture as jco's WIT printer names them. */
import { componentWit } from "@bytecodealliance/jco";
import { inspect } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { loadFixtures } from "../../wasm-fixtures/fixtures.ts";

// The printer traps on WIT packages, and every later call of the process fails then.
const components = loadFixtures().filter((fixture) => fixture.expect.kind === "component");

interface Named {
  readonly name: string;
  /** What the host links: behind a plain name, the interface that it implements. */
  readonly linked: string;
}

/** Statements such as `import wasi:io/poll@0.2.0;`, `import x: wasi:io/poll@0.2.0;`, `export add: func(left: u32);` */
function statements(wit: string, keyword: "import" | "export"): readonly Named[] {
  const world = wit.slice(wit.indexOf("world root {"), wit.indexOf("\n}"));
  const found = world.matchAll(new RegExp(`^ *(?:@external-id\\(.*\\) *)?${keyword} ([^;]+);$`, "gm"));
  return [...found].map(([, statement = ""]) => {
    const [name = "", type] = statement.split(": ", 2);
    return { name, linked: type === undefined || type.startsWith("func(") ? name : type };
  });
}

/** Imports of code under a name, and of types, are no statements of this form. */
const isPrinted = ({ kind }: { readonly kind: string }): boolean => kind === "instance" || kind === "func";

describe("components beside jco's WIT printer", () => {
  it.each(components)("$name", async ({ bytes }) => {
    const wit = await componentWit(Uint8Array.from(bytes));
    const found = inspect(bytes);
    const linked = found.imports.filter(isPrinted).map((fact) => fact.effective_name + (fact.version_suffix ?? ""));
    expect(linked).toEqual(statements(wit, "import").map((named) => named.linked));
    const exported = found.exports.filter(isPrinted).map((fact) => fact.name);
    expect(exported).toEqual(statements(wit, "export").map((named) => named.name));
  });

  it("compares something", () => {
    expect(
      statements("world root {\n  import a:b/c;\n  import x: d:e/f@1.0.0;\n  export g: func(h: u8);\n}", "import"),
    ).toEqual([
      { name: "a:b/c", linked: "a:b/c" },
      { name: "x", linked: "d:e/f@1.0.0" },
    ]);
  });
});
