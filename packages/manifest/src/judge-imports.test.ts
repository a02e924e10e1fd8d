import type { ImportFact, Inspection } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { componentWith, moduleWith } from "./inspection.test-helper.ts";
import { judge } from "./judge.ts";
import type { Profile } from "./profile.ts";
import { builtinProfile, DEFAULT_PROFILE, legacyProfile } from "./profiles-builtin.ts";

const PREVIEW2 = DEFAULT_PROFILE;
const S1 = legacyProfile("wasm_wasi");
const PREVIEW3 = builtinProfile("wasi_preview3_v1") ?? PREVIEW2;
const HTTP_PROXY = builtinProfile("wasi_http_proxy_v1") ?? PREVIEW2;
const profile = (changes: Partial<Profile>): Profile => ({ ...PREVIEW2, profile_id: "test_v1", ...changes });
const codes = (inspection: Inspection, by: Profile = PREVIEW2) => judge(inspection, by).reason_codes;

describe("modules", () => {
  it.each([
    ["nothing imported", [], PREVIEW2, ["abi_assumed_no_imports"]],
    ["known interfaces", ["wasi:io/poll@0.2.12", "wasi:cli/environment@0.2.0"], PREVIEW2, []],
    ["the standard mangling", ["cm32p2|wasi:io/poll@0.2"], PREVIEW2, []],
    ["env, which only S1 lists", ["wasi:io/poll@0.2.0", "env"], PREVIEW2, ["import_module_not_allowlisted"]],
    ["env beside WASI", ["wasi:io/poll@0.2.0", "env"], S1, []],
    ["env alone", ["env"], S1, ["required_abi_missing"]],
    [
      "preview 1",
      ["wasi_snapshot_preview1"],
      PREVIEW2,
      ["required_abi_missing", "import_module_not_allowlisted", "import_module_forbidden"],
    ],
    [
      "an older form under any spelling",
      ["wasi:io/poll@0.2.0", "wasi-ephemeral-preview0"],
      PREVIEW2,
      ["import_module_not_allowlisted", "import_module_forbidden"],
    ],
    ["a name that no release has", ["wasi:evil/exec@0.2.0"], PREVIEW2, ["wasi_interface_unknown"]],
    ["a prefix without interface", ["wasi:"], PREVIEW2, ["wasi_interface_unknown"]],
    ["WASI 0.3", ["wasi:http/client@0.3.0"], PREVIEW2, ["wasi_version_unsupported"]],
    ["a trailing space", ["wasi:io/poll@0.2.0 "], PREVIEW2, ["wasi_interface_unknown"]],
    ["glue of another toolchain", ["gojs"], PREVIEW2, ["required_abi_missing", "import_module_not_allowlisted"]],
    ["an empty name", [""], PREVIEW2, ["required_abi_missing", "import_module_not_allowlisted"]],
  ])("%s", (_, names, by, expected) => {
    expect(codes(moduleWith(names), by)).toEqual(expected);
  });

  it("names each module once, at its first import", () => {
    const { reasons } = judge(moduleWith(["wasi:io/poll@0.2.0", "a", "a", "b"]), PREVIEW2);
    expect(reasons.map(({ subject, at }) => [subject, at])).toEqual([
      ["a", 11],
      ["b", 13],
    ]);
  });

  it("refuses from WASI what no interface has: memories, tables and globals", () => {
    const { imports } = moduleWith(["wasi:io/poll@0.2.0", "wasi:io/poll@0.2.0"]);
    const odd = imports.map((found, index): ImportFact => (index === 0 ? found : { ...found, kind: "memory" }));
    const verdict = judge(moduleWith(["wasi:io/poll@0.2.0"], { imports: odd }), PREVIEW2);
    expect(verdict.reasons).toMatchObject([
      { code: "import_kind_forbidden", subject: "wasi:io/poll@0.2.0 (memory)", at: 11 },
    ]);
    const env = moduleWith(["wasi:io/poll@0.2.0", "env"]);
    const memory = env.imports.map(
      (found): ImportFact => (found.name === "env" ? { ...found, kind: "memory" } : found),
    );
    expect(codes({ ...env, imports: memory }, S1)).toEqual([]);
  });

  it("tells a module that is half of a component", () => {
    const metadata = { ...moduleWith([]).metadata, component_types: ["component-type:adder"] };
    const verdict = judge(moduleWith(["wasi:io/poll@0.2.0"], { metadata }), PREVIEW2);
    expect(verdict.reasons).toMatchObject([{ code: "awaits_component_new", subject: "component-type:adder" }]);
    expect(verdict.compliant).toBe(true);
  });
});

const named = (name: string, changes: Partial<ImportFact> = {}): Partial<ImportFact> => ({ name, ...changes });
const hidden = named("x", { implements: "wasi:random/random@0.2.0" });

describe("components", () => {
  it.each([
    ["nothing imported", [], PREVIEW2, ["abi_assumed_no_imports"]],
    ["known interfaces", ["wasi:cli/environment@0.2.3", "wasi:io/poll@0.2.12"], PREVIEW2, []],
    ["a canonical version with suffix", [named("wasi:io/poll@0.2", { version_suffix: ".3" })], PREVIEW2, []],
    ["another host", ["evil:host/exec@1.0.0"], PREVIEW2, ["required_abi_missing", "import_module_not_allowlisted"]],
    [
      "another host that is listed",
      ["acme:queue/send@1.0.0"],
      profile({ plain_imports: ["acme:queue/send@1.0.0"] }),
      [],
    ],
    ["env, which is for modules", ["env", "wasi:io/poll@0.2.0"], S1, ["import_module_not_allowlisted"]],
    ["a name that no release has", ["wasi:evil/exec@0.2.0"], PREVIEW2, ["wasi_interface_unknown"]],
    ["a WASI name without interface", ["wasi:cli"], PREVIEW2, ["wasi_interface_unknown"]],
    ["WASI 0.3 beside 0.2", ["wasi:http/client@0.3.0", "wasi:io/poll@0.2.0"], PREVIEW2, ["wasi_version_unsupported"]],
    ["WASI 0.3 where it is wanted", ["wasi:http/client@0.3.0", "wasi:io/poll@0.2.0"], PREVIEW3, []],
    ["an interface that 0.3 dropped", ["wasi:io/poll@0.3.0"], PREVIEW3, ["wasi_interface_unknown"]],
    ["a prerelease", ["wasi:io/poll@0.2.0-rc-2023-11-10"], PREVIEW2, ["wasi_version_unsupported"]],
    ["no version", ["wasi:io/poll"], PREVIEW2, ["wasi_version_unsupported"]],
    ["no version, by a profile of worlds", ["wasi:io/poll"], HTTP_PROXY, ["wasi_version_unsupported"]],
    ["a prerelease of what no release has", ["wasi:keyvalue/store@0.2.0-draft"], PREVIEW2, ["wasi_interface_unknown"]],
    ["a version of no release", ["wasi:io/poll@1.0.0"], PREVIEW2, ["wasi_version_unsupported"]],
    ["a module", [named("m", { kind: "core_module" })], PREVIEW2, ["required_abi_missing", "import_kind_forbidden"]],
    ["a component", [named("c", { kind: "component" })], PREVIEW2, ["required_abi_missing", "import_kind_forbidden"]],
    ["a value", [named("v", { kind: "value" })], PREVIEW2, ["required_abi_missing", "import_kind_forbidden"]],
    [
      "an interface as a function",
      [named("wasi:io/poll@0.2.0", { kind: "func" })],
      PREVIEW2,
      ["required_abi_missing", "import_kind_forbidden"],
    ],
    ["a function", [named("f", { kind: "func" })], PREVIEW2, ["required_abi_missing", "import_module_not_allowlisted"]],
    ["a function that is listed", [named("f", { kind: "func" })], profile({ plain_imports: ["f"] }), []],
    ["a hidden interface", [hidden], PREVIEW2, ["import_implements_hidden"]],
    ["a hidden interface whose name is listed", [hidden], profile({ plain_imports: ["x"] }), []],
    [
      "a listed name that hides another host",
      [named("x", { implements: "evil:host/exec@1.0.0" })],
      profile({ plain_imports: ["x"] }),
      ["required_abi_missing", "import_module_not_allowlisted"],
    ],
    [
      "a listed name that hides another host, which is listed too",
      [named("x", { implements: "acme:queue/send@1.0.0" })],
      profile({ plain_imports: ["x", "acme:queue/send@1.0.0"] }),
      [],
    ],
    [
      "a listed name that hides what is not admitted",
      [named("x", { implements: "wasi:sockets/tcp@0.2.0" })],
      profile({ plain_imports: ["x"], wasi: [{ package: "wasi:io", track: "0.2" }] }),
      ["import_module_not_allowlisted"],
    ],
    [
      "an external id",
      [named("wasi:io/poll@0.2.0", { external_id: "https://example.com" })],
      PREVIEW2,
      ["external_id_forbidden"],
    ],
    ["a dependency by lock", [named("locked-dep=<a:b>")], PREVIEW2, ["required_abi_missing", "legacy_dep_name"]],
    ["a dependency by hash", [named("integrity=<sha256-x>")], PREVIEW2, ["required_abi_missing", "legacy_dep_name"]],
  ] as const)("%s", (_, imports, by, expected) => {
    expect(codes(componentWith(imports), by)).toEqual(expected);
  });

  it("admits what a world imports and nothing else of the same packages", () => {
    expect(codes(componentWith(["wasi:http/outgoing-handler@0.2.4", "wasi:cli/stdout@0.2.4"]), HTTP_PROXY)).toEqual([]);
    const beyond = componentWith([
      "wasi:cli/environment@0.2.0",
      "wasi:filesystem/types@0.2.0",
      "wasi:sockets/tcp@0.2.0",
    ]);
    const { reasons } = judge(beyond, HTTP_PROXY);
    expect(reasons.map(({ code }) => code)).toEqual(Array(3).fill("import_module_not_allowlisted"));
  });

  it("informs about an adapter inside, and where it is", () => {
    const nested = [
      {
        path: "module/0",
        kind: "module",
        at: 90,
        size_bytes: 9,
        import_names: ["env"],
        import_count: 1,
        export_count: 0,
      },
      {
        path: "component/1/module/2",
        kind: "module",
        at: 400,
        size_bytes: 9,
        import_names: ["env", "wasi_snapshot_preview1"],
        import_count: 2,
        export_count: 0,
      },
    ] as const;
    const verdict = judge(componentWith(["wasi:io/poll@0.2.0"], { nested }), PREVIEW2);
    expect(verdict.compliance).toBe("compliant");
    expect(verdict.reasons).toMatchObject([
      { code: "embedded_preview1_adapter", at: 400, path: "component/1/module/2", fatal: false },
    ]);
  });
});

describe("ranges", () => {
  const ranged = profile({
    wasi: [
      { package: "wasi:io", track: "0.2", min_version: "0.2.1", max_version: "0.2.9", interfaces: ["poll"] },
      { package: "wasi:http", track: "0.2", min_version: "0.2.10" },
    ],
  });
  it.each([
    ["wasi:io/poll@0.2.0", ["wasi_version_unsupported"]],
    ["wasi:io/poll@0.2", ["wasi_version_unsupported"]],
    ["wasi:io/poll@0.2.1", []],
    ["wasi:io/poll@0.2.9", []],
    ["wasi:io/poll@0.2.10", ["wasi_version_unsupported"]],
    ["wasi:io/streams@0.2.5", ["import_module_not_allowlisted"]],
    ["wasi:http/types@0.2.9", ["wasi_version_unsupported"]],
    ["wasi:http/types@0.2.12", []],
    ["wasi:cli/stdout@0.2.5", ["import_module_not_allowlisted"]],
  ])("%s", (name, expected) => {
    expect(codes(componentWith([name]), ranged)).toEqual(expected);
  });

  it("does not take a version that the name leaves open for one within bounds", () => {
    const below = profile({ wasi: [{ package: "wasi:io", track: "0.2", max_version: "0.2.9" }] });
    expect(codes(moduleWith(["cm32p2|wasi:io/poll@0.2"]), below)).toEqual(["wasi_version_unsupported"]);
    const above = profile({ wasi: [{ package: "wasi:io", track: "0.2", min_version: "0.2.1" }] });
    expect(codes(moduleWith(["cm32p2|wasi:io/poll@0.2"]), above)).toEqual(["wasi_version_unsupported"]);
    const floor = profile({ wasi: [{ package: "wasi:io", track: "0.2", min_version: "0.2.0" }] });
    expect(codes(moduleWith(["cm32p2|wasi:io/poll@0.2"]), floor)).toEqual([]);
  });

  it("admit an unstable interface only where it is named", () => {
    const timezone = componentWith(["wasi:clocks/timezone@0.2.0"]);
    expect(judge(timezone, PREVIEW2)).toMatchObject({
      compliance: "legacy_compliant",
      reason_codes: ["import_module_not_allowlisted"],
    });
    expect(codes(componentWith(["wasi:clocks/timezone@0.3.0"]), PREVIEW3)).toEqual(["import_module_not_allowlisted"]);
    const named = profile({ wasi: [{ package: "wasi:clocks", track: "0.2", interfaces: ["timezone"] }] });
    expect(codes(timezone, named)).toEqual([]);
  });
});
