/** Two readers of core modules that others wrote, asked for imports and exports in our words. */
import { readFileSync } from "node:fs";
import type { CoreExternKind, WasmFeature } from "@tau-edge/wasm";
import { decode } from "@webassemblyjs/wasm-parser";
import { BinaryReader, type IExportEntry, type IImportEntry, type IOperatorInformation } from "wasmparser";

export interface NamedImport {
  readonly module: string;
  readonly field: string;
  readonly kind: CoreExternKind;
}

export interface NamedExport {
  readonly name: string;
  readonly kind: CoreExternKind;
}

export type Answer<T> = { readonly read: T } | { readonly refused: string };

const WAJS_KINDS: ReadonlyMap<string, CoreExternKind> = new Map([
  ["FuncImportDescr", "func"],
  ["Table", "table"],
  ["Memory", "memory"],
  ["GlobalType", "global"],
]);

/** `@webassemblyjs/wasm-parser`, bodies and data skipped: it cannot read most bodies that are younger than 2018. */
export function wajsImports(bytes: Uint8Array): Answer<NamedImport[]> {
  const skip = { ignoreCodeSection: true, ignoreDataSection: true, ignoreCustomNameSection: true };
  let tree: ReturnType<typeof decode>;
  try {
    tree = decode(bytes, skip);
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
  const fields = tree.body[0]?.fields ?? [];
  return {
    read: fields
      .filter(({ type }) => type === "ModuleImport")
      .map(({ module = "", name = "", descr }) => {
        const kind = WAJS_KINDS.get(descr?.type ?? "");
        if (kind === undefined) throw new Error(`an import is described by ${descr?.type}`);
        return { module, field: name, kind };
      }),
  };
}

const KINDS: readonly CoreExternKind[] = ["func", "table", "memory", "global", "tag"];
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Its states; the package declares them as ambient const enums, which single files cannot read. */
const ERROR = -1;
const END_WASM = 2;
const IMPORT_SECTION_ENTRY = 12;
const EXPORT_SECTION_ENTRY = 17;
const CODE_OPERATOR = 30;

export interface WasmparserSurface {
  readonly imports: NamedImport[];
  readonly exports: NamedExport[];
  /** Every instruction in a function body, as prefix and opcode in one number (`0xfc08`, `0xfd10c`). */
  readonly operators: Set<number>;
}

/** npm `wasmparser`: a decoder of core modules in JavaScript, independent of this one and of the engine. */
export function wasmparserSurface(bytes: Uint8Array): Answer<WasmparserSurface> {
  const surface: WasmparserSurface = { imports: [], exports: [], operators: new Set() };
  const reader = new BinaryReader();
  // It reads from the start of the buffer that it is given.
  const copy = bytes.slice();
  reader.setData(copy.buffer, 0, copy.length);
  // It does not stop by itself at the end of what it was given.
  let steps = 4 * bytes.length + 100;
  try {
    while (reader.state !== END_WASM) {
      if (!reader.read() || reader.state === ERROR || steps-- === 0) {
        return { refused: reader.error?.message ?? "it does not come to the end" };
      }
      note(reader, surface);
    }
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
  return { read: surface };
}

function note(reader: BinaryReader, { imports, exports, operators }: WasmparserSurface): void {
  if (reader.state === IMPORT_SECTION_ENTRY) {
    const { module, field, kind } = reader.result as IImportEntry;
    imports.push({ module: UTF8.decode(module), field: UTF8.decode(field), kind: kindOf(kind) });
  } else if (reader.state === EXPORT_SECTION_ENTRY) {
    const { field, kind } = reader.result as IExportEntry;
    exports.push({ name: UTF8.decode(field), kind: kindOf(kind) });
  } else if (reader.state === CODE_OPERATOR) {
    operators.add((reader.result as IOperatorInformation).code);
  }
}

/** Which proposals these instructions alone need. */
export function featuresOfOperators(operators: Iterable<number>): readonly WasmFeature[] {
  const found = new Set<WasmFeature>();
  for (const code of operators) {
    for (const [first, last, feature] of OPERATOR_RANGES) if (code >= first && code <= last) found.add(feature);
  }
  return [...found].sort();
}

const OPERATOR_RANGES: readonly (readonly [number, number, WasmFeature])[] = [
  [0x06, 0x07, "legacy_exceptions"],
  [0x09, 0x09, "legacy_exceptions"],
  [0x0a, 0x0a, "exceptions"],
  [0x12, 0x13, "tail_call"],
  [0x18, 0x19, "legacy_exceptions"],
  [0x1c, 0x1c, "reference_types"],
  [0x1f, 0x1f, "exceptions"],
  [0x25, 0x26, "reference_types"],
  [0xc0, 0xc4, "sign_extension"],
  [0xd0, 0xd2, "reference_types"],
  [0xfb00, 0xfb1e, "gc"],
  [0xfc00, 0xfc07, "saturating_float_to_int"],
  [0xfc08, 0xfc0e, "bulk_memory"],
  [0xfc0f, 0xfc11, "reference_types"],
  [0xfd000, 0xfd0ff, "simd"],
  [0xfd100, 0xfd113, "relaxed_simd"],
  [0xfe00, 0xfe4e, "threads"],
];

function kindOf(code: number): CoreExternKind {
  const kind = KINDS[code];
  if (kind === undefined) throw new Error(`a kind is ${code}`);
  return kind;
}

/** Large modules that the dependencies of this repository bring along, by file name. */
export function installedModules(): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  const root = new URL("../../node_modules/", import.meta.url);
  return [
    "@bytecodealliance/componentize-js/lib/starlingmonkey_embedding.wasm",
    "@bytecodealliance/componentize-js/lib/starlingmonkey_embedding_weval.wasm",
    "@bytecodealliance/componentize-js/lib/spidermonkey-embedding-splicer.core.wasm",
    "@bytecodealliance/jco-transpile/vendor/js-component-bindgen-component.core.wasm",
    "@bytecodealliance/jco-transpile/vendor/wasm-tools.core.wasm",
    "oxc-parser/parser.wasm32-wasip1.wasm",
    "playwright-core/lib/webp_codec.wasm",
  ].map((path) => ({ name: path, bytes: new Uint8Array(readFileSync(new URL(path, root))) }));
}
