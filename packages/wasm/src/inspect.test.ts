import { describe, expect, it } from "vitest";
import { inspect } from "./inspect.ts";
import {
  component,
  FUNC_TYPE,
  importFunc,
  importInstance,
  importing,
  instanceType,
  module,
  name,
  type Part,
  section,
  vec,
} from "./testing/builder.test-helper.ts";
import { attributed, exporting, FUNC, funcImport, INSTANCE, importSection } from "./testing/shapes.test-helper.ts";

const PREVIEW1_MODULE = module(FUNC_TYPE, section(2, vec(importFunc("wasi_snapshot_preview1", "fd_write"))));

describe("requirements of a component", () => {
  it("are its own imports; what nested modules import is told apart", () => {
    const bytes = component(
      section(1, PREVIEW1_MODULE),
      section(7, vec(instanceType("[method]output-stream.write", "[method]output-stream.flush"))),
      importSection(importInstance("wasi:io/streams@0.2.3", 0)),
    );
    const { imports, nested, interfaces, warnings } = inspect(bytes);
    expect(imports).toEqual([
      {
        name: "wasi:io/streams@0.2.3",
        kind: "instance",
        effective_name: "wasi:io/streams@0.2.3",
        at: bytes.length - 25,
      },
    ]);
    expect(interfaces).toEqual([
      {
        name: "wasi:io/streams@0.2.3",
        namespace: "wasi",
        package: "io",
        interface: "streams",
        version: "0.2.3",
        track: "0.2",
        known: true,
        functions: ["[method]output-stream.flush", "[method]output-stream.write"],
      },
    ]);
    expect(nested).toEqual([
      {
        path: "module/0",
        kind: "module",
        at: 10,
        size_bytes: PREVIEW1_MODULE.length,
        import_names: ["wasi_snapshot_preview1"],
        import_count: 1,
        export_count: 0,
      },
    ]);
    expect(warnings).toEqual([{ code: "embedded_preview1_adapter", at: 10, path: "module/0" }]);
  });

  it("name what `implements` hides behind a plain name", () => {
    const { imports, interfaces, capabilities } = inspect(
      component(
        section(7, vec(instanceType("get-random-u64"))),
        importSection([attributed("x", [0, name("wasi:random/random@0.2.0")], [2, name("https://e.example/")]), 5, 0]),
      ),
    );
    expect(imports[0]).toMatchObject({
      name: "x",
      effective_name: "wasi:random/random@0.2.0",
      implements: "wasi:random/random@0.2.0",
      external_id: "https://e.example/",
    });
    expect(interfaces.map((each) => each.name)).toEqual(["wasi:random/random@0.2.0"]);
    expect(capabilities).toEqual(["random.secure"]);
  });

  it("make a shortened version whole", () => {
    const { imports, interfaces } = inspect(
      component(INSTANCE, importSection([attributed("wasi:io/poll@0.2", [1, name(".6")]), 5, 0])),
    );
    expect(imports[0]).toMatchObject({ name: "wasi:io/poll@0.2", version_suffix: ".6" });
    expect(interfaces[0]).toMatchObject({ name: "wasi:io/poll@0.2.6", version: "0.2.6", track: "0.2", known: true });
  });

  it("show imports of unverified code and of legacy dependencies for what they are", () => {
    const moduleType: Part = section(3, vec([0x50, vec()]));
    const { imports } = inspect(
      component(
        moduleType,
        section(7, vec([0x41, vec()], instanceType())),
        importSection(
          [0x00, name("m"), 0x00, 0x11, 0],
          [0x00, name("c"), 0x04, 0],
          importInstance("unlocked-dep=<a:b>", 1),
          [0x01, name("t"), 0x03, 0x01],
        ),
      ),
    );
    expect(imports.map(({ name: each, kind }) => [each, kind])).toEqual([
      ["m", "core_module"],
      ["c", "component"],
      ["unlocked-dep=<a:b>", "instance"],
      ["t", "type"],
    ]);
  });

  it("may mix release trains, which are named", () => {
    const { interfaces } = inspect(
      importing({
        "wasi:cli/stdin@0.3.0": ["read-via-stream"],
        "wasi:cli/stdin@0.2.12": ["get-stdin"],
        "wasi:clocks/wall-clock@0.2.0-rc-2023-11-10": ["now"],
        "wasi:io/poll": ["poll"],
        "wasi:evil/poll@0.2.0": [],
        "wasi:clocks/wall-clock@0.3.0": [],
        "my:own/thing@0.2.0": ["go"],
      }),
    );
    expect(interfaces.map((each) => [each.name, each.track, each.known])).toEqual([
      ["my:own/thing@0.2.0", "other", false],
      ["wasi:cli/stdin@0.2.12", "0.2", true],
      ["wasi:cli/stdin@0.3.0", "0.3", true],
      ["wasi:clocks/wall-clock@0.2.0-rc-2023-11-10", "prerelease", false],
      ["wasi:clocks/wall-clock@0.3.0", "0.3", false],
      ["wasi:evil/poll@0.2.0", "0.2", false],
      ["wasi:io/poll", "none", false],
    ]);
  });

  it("assume every function where the type is behind an alias that is not followed", () => {
    const bytes = component(
      section(7, vec(instanceType())),
      importSection(importInstance("a:b/types", 0)),
      section(6, vec([0x03, 0x00, 0, name("t")])),
      importSection(importInstance("wasi:cli/environment@0.2.0", 1)),
    );
    const { interfaces, capabilities, warnings } = inspect(bytes);
    expect(interfaces[1]?.functions).toEqual(["get-arguments", "get-environment", "initial-cwd"]);
    expect(capabilities).toEqual(["args", "cwd", "env"]);
    expect(warnings.map(({ code }) => code)).toEqual(["instance_type_unresolved"]);
  });

  it.each<[string, Part]>([
    [
      "an instance",
      [
        [0x01, 0x42, vec()],
        [0x04, 0x00, name("wasi:filesystem/types@0.2.0"), 0x05, 0],
      ],
    ],
    [
      "a component",
      [
        [0x01, 0x41, vec()],
        [0x04, 0x00, name("code"), 0x04, 0],
      ],
    ],
    [
      "a core module",
      [
        [0x00, 0x50, vec()],
        [0x04, 0x00, name("code"), 0x00, 0x11, 0],
      ],
    ],
  ])("assume every function where the instance also holds %s, which no interface can", (_what, declarations) => {
    const bytes = component(
      section(7, vec([0x42, 2, declarations])),
      importSection(importInstance("wasi:cli/environment@0.2.0", 0), importInstance("plain", 0)),
    );
    const { capabilities, warnings } = inspect(bytes);
    expect(capabilities).toEqual(["args", "cwd", "env"]);
    expect(warnings.map(({ code }) => code)).toEqual(["instance_type_unresolved", "instance_type_unresolved"]);
  });

  it("follow an alias of a type in the same component, and a type that was imported as equal", () => {
    const bytes = component(
      section(7, vec(instanceType("now"))),
      section(6, vec([0x03, 0x02, 0, 0])),
      importSection([0x00, name("t"), 0x03, 0x00, 1], importInstance("wasi:clocks/wall-clock@0.2.0", 2)),
    );
    expect(inspect(bytes)).toMatchObject({ capabilities: ["clock.wall"], warnings: [] });
  });

  it("share one instance type at the price of each listing", () => {
    const bytes = component(
      section(7, vec(instanceType("get", "set"))),
      importSection(importInstance("a:b/c", 0), importInstance("a:b/d", 0)),
    );
    expect(inspect(bytes).interfaces.map((each) => each.functions)).toEqual([
      ["get", "set"],
      ["get", "set"],
    ]);
    expect(() => inspect(bytes, { limits: { interface_members_max: 4 } })).not.toThrow();
    expect(() => inspect(bytes, { limits: { interface_members_max: 3 } })).toThrow(/E_LIMIT_TYPES/);
  });

  it("count the functions of an import once for each of two names of one interface", () => {
    const { interfaces } = inspect(
      component(
        section(7, vec(instanceType("get"), instanceType("set"))),
        importSection(
          [attributed("a", [0, name("my:kv/store")]), 5, 0],
          [attributed("b", [0, name("my:kv/store")]), 5, 1],
        ),
      ),
    );
    expect(interfaces).toHaveLength(1);
    expect(interfaces[0]?.functions).toEqual(["get", "set"]);
  });
});

describe("requirements of a core module", () => {
  it("are its import modules, read through both manglings", () => {
    const { imports, interfaces, capabilities, kind } = inspect(
      module(
        FUNC_TYPE,
        section(
          2,
          vec(
            importFunc("wasi:io/poll@0.2.12", "[method]pollable.block"),
            importFunc("wasi:io/poll@0.2.12", "[resource-drop]pollable"),
            importFunc("wasi:io/poll@0.2.12", "[async-lower]poll"),
            importFunc("cm32p2|wasi:cli/environment@0.2", "get-arguments"),
            importFunc("cm32p2|wasi:io/streams@0.2", "output-stream_drop"),
            importFunc("[export]wasi:http/types@0.2.0", "[resource-new]x"),
            importFunc("cm32p2|_ex_wasi:http/types@0.2", "x_new"),
            importFunc("wasi:evil", "f"),
            [name("env"), name("memory"), 0x02, 0x00, 1],
          ),
        ),
      ),
    );
    expect(kind).toBe("module");
    expect(imports[0]).toMatchObject({ name: "wasi:io/poll@0.2.12", field: "[method]pollable.block", kind: "func" });
    expect(imports[3]).toMatchObject({
      name: "cm32p2|wasi:cli/environment@0.2",
      effective_name: "wasi:cli/environment@0.2",
    });
    expect(imports[6]?.effective_name).toBe("cm32p2|_ex_wasi:http/types@0.2");
    expect(imports[8]).toMatchObject({ name: "env", field: "memory", kind: "memory", effective_name: "env" });
    expect(interfaces.map((each) => [each.name, each.track, each.functions])).toEqual([
      ["wasi:cli/environment@0.2", "0.2", ["get-arguments"]],
      ["wasi:io/poll@0.2.12", "0.2", ["[method]pollable.block", "poll"]],
      ["wasi:io/streams@0.2", "0.2", []],
    ]);
    expect(capabilities).toEqual(["args"]);
  });

  it.each([
    "[async method]descriptor.open-at",
    "[async-lower][async]open-at",
    " [method]descriptor.open-at",
    "open_at",
    "",
  ])("reach everything that the interface has through the field %j, which no generator writes", (field) => {
    const bytes = module(FUNC_TYPE, section(2, vec(importFunc("wasi:filesystem/types@0.2.0", field))));
    expect(inspect(bytes).capabilities).toEqual(["filesystem.open"]);
  });

  it("may carry any UTF-8 as a name, which is reported as it is", () => {
    const names = ["wasi:io/poll@0.2.0\0", "wasi:io/poll@0.2.0 ", "WASI:IO/POLL@0.2.0", "wаsi:io/poll@0.2.0", ""];
    const { imports, interfaces } = inspect(
      module(FUNC_TYPE, section(2, vec(...names.map((each) => importFunc(each, "f"))))),
    );
    expect(imports.map((each) => each.name)).toEqual(names);
    expect(interfaces).toEqual([]);
  });
});

describe("nesting", () => {
  it("lists parents before children and counts by kind", () => {
    const leaf = module(section(2, vec([name("env"), name("m"), 2, 0, 1])));
    const inner = component(section(1, leaf), FUNC, importSection(funcImport("b"), funcImport("a")));
    const { nested, imports } = inspect(component(section(1, module()), section(4, inner), section(1, leaf)));
    expect(nested.map((each) => [each.path, each.import_names])).toEqual([
      ["module/0", []],
      ["component/0", ["a", "b"]],
      ["component/0/module/0", ["env"]],
      ["module/1", ["env"]],
    ]);
    expect(imports).toEqual([]);
  });

  it("adds exactly one nested fact when a binary is embedded", () => {
    for (const inner of [PREVIEW1_MODULE, exporting(0), module()]) {
      const { imports, exports, nested } = inspect(component(section(1, inner)));
      expect([imports, exports, nested.length]).toEqual([[], [], 1]);
    }
  });

  it("counts every entry of the file against one budget", () => {
    const modules = new Array(1001).fill(section(1, module()));
    expect(() => inspect(component(...modules))).toThrow(/E_LIMIT_NESTED/);
    expect(inspect(component(...modules.slice(1))).nested).toHaveLength(1000);
  });
});

describe("features", () => {
  it("are looked for only when asked, in nested modules too", () => {
    const simd = module(
      section(1, vec([0x60, 0, vec(0x7b)])),
      section(3, vec(0)),
      section(10, vec([20, 0, 0xfd, 12, new Uint8Array(16), 0x0b])),
    );
    expect(inspect(simd)).not.toHaveProperty("features");
    expect(inspect(simd, { features: true }).features).toContain("simd");
    expect(inspect(component(section(1, simd)), { features: true }).features).toContain("simd");
    expect(inspect(module(), { features: true }).features).toEqual([]);
  });
});

it("answers the same for the same bytes, and leaves them alone", () => {
  const bytes = importing({ "wasi:cli/environment@0.2.0": ["get-environment"] });
  const copy = Uint8Array.from(bytes);
  expect(inspect(bytes)).toEqual(inspect(copy));
  expect(bytes).toEqual(copy);
});
