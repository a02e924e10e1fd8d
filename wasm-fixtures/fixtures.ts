/**
 * The table of fixtures: real and hand-made binaries, how each came to be, and what each must yield. The expectations
 * in fixtures.json are written by hand from the specifications; only `sha256` and `size_bytes` come from build.ts. Every
 * fixture is well-formed: what must not be read is in hostile.ts.
 */
import { readFileSync } from "node:fs";
import type { BinaryKind, Capability, Role, WarningCode, WasiTrack, WasmFeature } from "@tau-edge/wasm";

/** How a file is made. Paths are relative to this directory, `from` names another fixture. */
export type Recipe =
  | { readonly tool: "wat"; readonly source: string }
  | { readonly tool: "assemblyscript"; readonly source: string }
  | { readonly tool: "clang"; readonly source: string }
  /** `jco new`; with an adapter it turns preview1 imports into components' ones. */
  | { readonly tool: "component_new"; readonly from: string; readonly adapter?: "command" }
  /** `jco embed --dummy`: a core module of that world with its type in a custom section. */
  | { readonly tool: "component_embed"; readonly source: string; readonly world: string }
  /** The payload of a `component-type` section: a WIT package. */
  | { readonly tool: "extract_wit"; readonly from: string }
  | { readonly tool: "componentize_qjs"; readonly source: string; readonly wit: string; readonly stub_wasi: boolean };

/**
 * `always`: npm packages rebuild the same bytes in seconds. `with_clang`: the same, where Debian's clang-14 is there.
 * `never`: the tool gives other bytes each time; the committed file is the fixture.
 */
export type Rebuild = "always" | "with_clang" | "never";

export interface ExpectedInterface {
  readonly name: string;
  readonly track: WasiTrack;
  readonly known: boolean;
  readonly functions: readonly string[];
}

export interface ExpectedVerdict {
  readonly compliance: "compliant" | "legacy_compliant" | "non_compliant";
  readonly reason_codes: readonly string[];
}

export interface ExpectedFacts {
  readonly kind: BinaryKind;
  /** Distinct effective names of the outermost imports, sorted by UTF-8 bytes. */
  readonly import_names: readonly string[];
  readonly export_names: readonly string[];
  readonly roles: readonly Role[];
  readonly capabilities: readonly Capability[];
  readonly interfaces: readonly ExpectedInterface[];
  readonly nested_count: number;
  readonly warnings: readonly WarningCode[];
  /** Absent where nobody has worked them out by hand. */
  readonly features?: readonly WasmFeature[];
  /** By profile id: every built-in profile. */
  readonly verdicts: { readonly [profileId: string]: ExpectedVerdict };
}

export interface FixtureRow {
  readonly name: string;
  /** Relative to this directory. */
  readonly file: string;
  readonly about: string;
  readonly recipe: Recipe;
  readonly rebuild: Rebuild;
  readonly sha256: string;
  readonly size_bytes: number;
  readonly expect: ExpectedFacts;
}

export interface Fixture extends FixtureRow {
  readonly bytes: Uint8Array;
}

export function fixtureTable(): readonly FixtureRow[] {
  return JSON.parse(readFileSync(new URL("fixtures.json", import.meta.url), "utf8")) as readonly FixtureRow[];
}

/** Every fixture with its bytes, in table order. */
export function loadFixtures(): readonly Fixture[] {
  return fixtureTable().map((row) => ({ ...row, bytes: readFixtureFile(row.file) }));
}

export function loadFixture(name: string): Fixture {
  const row = fixtureTable().find((candidate) => candidate.name === name);
  if (row === undefined) throw new RangeError(`no fixture is named ${name}`);
  return { ...row, bytes: readFixtureFile(row.file) };
}

/** A plain Uint8Array of its own buffer: a Buffer from node:fs may share a pool. */
function readFixtureFile(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(file, import.meta.url)));
}
