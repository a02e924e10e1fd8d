import type { Inspection } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { diffInspections, gainsCapability } from "./diff.ts";
import { componentWith, grants, moduleWith } from "./inspection.test-helper.ts";

const NOTHING = { gained: [], lost: [] };
const withFunctions = (inspection: Inspection, ...functions: string[]): Inspection => ({
  ...inspection,
  interfaces: inspection.interfaces.map((fact) => ({ ...fact, functions })),
});

describe("diffInspections", () => {
  it("finds nothing between a binary and itself", () => {
    const inspection = componentWith(["wasi:io/poll@0.2.0"], {
      exports: [{ name: "run", kind: "func", at: 1 }],
      export_count: 1,
    });
    expect(diffInspections(inspection, inspection)).toEqual({
      schema_version: 1,
      kind: { before: "component", after: "component" },
      size_bytes: { before: 8, after: 8, delta: 0 },
      imports: NOTHING,
      interfaces: NOTHING,
      versions: [],
      functions: NOTHING,
      capabilities: NOTHING,
      exports: NOTHING,
      exports_complete: true,
      roles: NOTHING,
      gains_capability: false,
    });
  });

  it("names what was gained and lost", () => {
    const before = withFunctions(
      componentWith(["wasi:io/poll@0.2.0"], { ...grants("stdio"), roles: ["command"], features: ["simd"] }),
      "poll",
    );
    const after = componentWith(["wasi:sockets/tcp@0.2.0"], {
      ...grants("sockets.tcp"),
      roles: ["reactor"],
      features: ["threads"],
      exports: [{ name: "go", kind: "func", at: 1 }],
      export_count: 2,
      size_bytes: 5,
    });
    expect(diffInspections(before, after)).toMatchObject({
      size_bytes: { before: 8, after: 5, delta: -3 },
      imports: { gained: ["wasi:sockets/tcp@0.2.0"], lost: ["wasi:io/poll@0.2.0"] },
      interfaces: { gained: ["wasi:sockets/tcp@0.2"], lost: ["wasi:io/poll@0.2"] },
      functions: { gained: [], lost: ["wasi:io/poll@0.2#poll"] },
      capabilities: { gained: ["sockets.tcp"], lost: ["stdio"] },
      features: { gained: ["threads"], lost: ["simd"] },
      exports: { gained: ["go"], lost: [] },
      exports_complete: false,
      roles: { gained: ["reactor"], lost: ["command"] },
      gains_capability: true,
    });
  });

  it("does not call a patch release a new interface", () => {
    const before = withFunctions(componentWith(["wasi:io/poll@0.2.0"]), "poll");
    const diff = diffInspections(before, withFunctions(componentWith(["wasi:io/poll@0.2.12"]), "poll"));
    expect(diff).toMatchObject({ interfaces: NOTHING, functions: NOTHING, gains_capability: false });
    expect(diff.versions).toEqual([{ interface: "wasi:io/poll@0.2", before: "0.2.0", after: "0.2.12" }]);
  });

  it("does call another track one", () => {
    const diff = diffInspections(
      componentWith(["wasi:clocks/monotonic-clock@0.2.0"]),
      componentWith(["wasi:clocks/monotonic-clock@0.3.0"]),
    );
    expect(diff.interfaces.gained).toEqual(["wasi:clocks/monotonic-clock@0.3"]);
    expect(diff.versions).toEqual([]);
  });

  it("has features only when both sides were scanned for them", () => {
    expect(diffInspections(moduleWith([]), moduleWith([], { features: ["simd"] }))).not.toHaveProperty("features");
  });

  it("tells fields of one module apart", () => {
    expect(diffInspections(moduleWith(["env"]), moduleWith(["env", "env"])).imports).toEqual({
      gained: ["env#f1"],
      lost: [],
    });
  });
});

describe("gainsCapability", () => {
  const base = componentWith(["wasi:io/poll@0.2.0"], grants("stdio"));
  it.each([
    ["a capability", componentWith(["wasi:io/poll@0.2.0"], grants("stdio", "env")), true],
    [
      "an interface that is in the table and harmless",
      componentWith(["wasi:io/poll@0.2.0", "wasi:io/streams@0.2.0"]),
      false,
    ],
    ["an interface that no table explains", componentWith(["wasi:io/poll@0.2.0", "acme:host/exec@1.0.0"]), true],
    ["a plain name", componentWith(["wasi:io/poll@0.2.0", { name: "f", kind: "func" }]), true],
    ["nothing, but loses something", componentWith([]), false],
  ] as const)("%s", (_, after, expected) => {
    expect(gainsCapability(base, after)).toBe(expected);
  });

  it("does not count what was unexplained before", () => {
    const strange = componentWith(["acme:host/exec@1.0.0"]);
    expect(gainsCapability(strange, strange)).toBe(false);
  });
});
