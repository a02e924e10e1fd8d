import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inspect } from "../inspect.ts";
import { component, custom, module, name, type Part, u32, vec } from "../testing/builder.test-helper.ts";

const producers = (...fields: [string, [string, string][]][]): Part =>
  vec(...fields.map(([field, values]) => [name(field), vec(...values.map(([a, b]) => [name(a), name(b)]))]));

const audited = (document: unknown): Part =>
  custom(".dep-v0", Uint8Array.from(deflateSync(Buffer.from(JSON.stringify(document)))));

describe("metadata of the outermost binary", () => {
  it("reads names of modules and components", () => {
    const named = (title: string): Part => [0, u32(1 + title.length), name(title)];
    expect(inspect(module(custom("name", named("alpha")))).metadata.name).toBe("alpha");
    expect(inspect(component(custom("component-name", named("beta")))).metadata.name).toBe("beta");
    expect(inspect(module(custom("name", [1, u32(1), 0]))).metadata.name).toBeUndefined();
  });

  it("reads producers, target features, texts and what still waits for a component", () => {
    const { metadata, warnings } = inspect(
      module(
        custom("producers", producers(["language", [["Rust", "1.90"]]], ["sdk", []])),
        custom("target_features", vec(["+".charCodeAt(0), name("simd128")], ["-".charCodeAt(0), name("atomics")])),
        custom("licenses", new TextEncoder().encode("Apache-2.0")),
        custom("authors", new TextEncoder().encode("Zoë")),
        custom("component-type:my-world:encoded world", 1, 2, 3),
      ),
    );
    expect(metadata.producers).toEqual([
      { field: "language", values: [{ name: "Rust", version: "1.90" }] },
      { field: "sdk", values: [] },
    ]);
    expect(metadata.target_features).toEqual(["+simd128", "-atomics"]);
    expect(metadata.registry).toEqual({ authors: "Zoë", licenses: "Apache-2.0" });
    expect(metadata.component_types).toEqual(["component-type:my-world:encoded world"]);
    expect(metadata.custom_sections.map((each) => each.name)).toEqual([
      "producers",
      "target_features",
      "licenses",
      "authors",
      "component-type:my-world:encoded world",
    ]);
    expect(warnings).toEqual([{ code: "awaits_component_new", at: 0, path: "" }]);
  });

  it("reads the packages of cargo-auditable", () => {
    const packages = [
      { name: "serde", version: "1.0.1", source: "crates.io", dependencies: [1] },
      { name: "app", version: "0.1.0", root: true },
    ];
    expect(inspect(module(audited({ packages }))).metadata.dependencies).toEqual([
      { name: "serde", version: "1.0.1", source: "crates.io" },
      { name: "app", version: "0.1.0" },
    ]);
  });

  const unreadable: [string, Part][] = [
    ["a dependency list that is no zlib", custom(".dep-v0", 1, 2, 3)],
    ["a dependency list without packages", audited({})],
    ["a package without a version", audited({ packages: [{ name: "a" }] })],
    ["a dependency list that inflates to more than the limit", audited({ packages: [], pad: "x".repeat(600_000) })],
    ["producers that end early", custom("producers", u32(1), name("language"))],
    ["producers with a byte behind", custom("producers", producers(), 0)],
    ["a text that is not UTF-8", custom("licenses", 0xff)],
    ["target features of an unknown prefix", custom("target_features", vec(["?".charCodeAt(0), name("x")]))],
    ["a name that leaves its subsection", custom("name", 0, u32(9), name("abc"))],
  ];
  it.each(unreadable)("warns of %s and goes on", (_, section) => {
    const { warnings, metadata } = inspect(module(section));
    expect(warnings).toEqual([{ code: "custom_section_unreadable", at: 8, path: "" }]);
    expect(metadata).toMatchObject({ producers: [], registry: {}, component_types: [] });
    expect(metadata.dependencies ?? metadata.target_features ?? metadata.name).toBeUndefined();
  });

  it("reads the first of two sections of one name", () => {
    const text = (value: string) => custom("licenses", new TextEncoder().encode(value));
    const { metadata, warnings } = inspect(module(text("MIT"), text("Proprietary")));
    expect(metadata.registry).toEqual({ licenses: "MIT" });
    expect(warnings.map(({ code }) => code)).toEqual(["custom_section_unreadable"]);
  });

  it("does not read what is longer than the limit", () => {
    const long = module(custom("description", new Uint8Array(100).fill(0x61)));
    expect(inspect(long).metadata.registry).toHaveProperty("description");
    const { metadata, warnings } = inspect(long, { limits: { metadata_section_bytes_max: 99 } });
    expect(metadata.registry).toEqual({});
    expect(warnings).toHaveLength(1);
  });
});
