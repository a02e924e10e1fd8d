/** What the benchmark of the reader reads: one large component, hostile files of 16 MiB, files that grow. */
import { readFileSync } from "node:fs";
import {
  COMPONENT,
  EMPTY_FUNC_TYPE,
  EMPTY_INSTANCE_TYPE,
  importInstances,
  leb,
  MODULE,
  name,
  repeat,
  section,
} from "../../../wasm-fixtures/hostile-bytes.ts";
import { HOSTILE_COMPONENTS } from "./component-inputs.ts";
import { HOSTILE_BYTES, join, joinAll, vectorSection } from "./parts.ts";

/** The largest core module that an installed package brings: a JavaScript engine of 12 MB. */
export function largeModule(): Uint8Array {
  const path = "@bytecodealliance/componentize-js/lib/starlingmonkey_embedding_weval.wasm";
  return new Uint8Array(readFileSync(new URL(`../../../node_modules/${path}`, import.meta.url)));
}

/** That module in a component with the imports of a small server and one nested component. */
export function largeComponent(): Uint8Array {
  const module = largeModule();
  const imports = ["cli/environment", "cli/exit", "clocks/wall-clock", "filesystem/types", "http/types", "io/streams"];
  const nested = join(COMPONENT, section(1, MODULE));
  return join(
    COMPONENT,
    [1, ...leb(module.length)],
    module,
    [4, ...leb(nested.length)],
    nested,
    EMPTY_INSTANCE_TYPE,
    importInstances(...imports.map((path) => `wasi:${path}@0.2.3`)),
  );
}

/** A module with one function whose body, locals and final `end` excepted, is this. */
function bodyModule(body: Uint8Array): Uint8Array {
  const code = join(leb(body.length + 2), [0x00], body, [0x0b]);
  return join(MODULE, EMPTY_FUNC_TYPE, section(3, [1, 0]), [10, ...leb(code.length + 1), 1], code);
}

function names(count: number, text: string): number[][] {
  return Array.from({ length: count }, (_, index) => name(`${text}${index}`));
}

const FULL = HOSTILE_BYTES - 64;

/** Each as large as 16 MiB allows, whether a limit stops it early or it is read to its end. */
export const HOSTILE: readonly (readonly [string, () => Uint8Array])[] = [
  ["1,000,000 imports", () => join(MODULE, vectorSection(2, 1_000_000, [0, 0, 0, 0]))],
  [
    "500,000 imports of 36 bytes",
    () => join(MODULE, vectorSection(2, 500_000, [...name("a".repeat(16)), ...name("b".repeat(15)), 0, 0])),
  ],
  ["10,000 imports with names of 1,024 bytes", () => importsOf(10_000, 1_000)],
  ["400,000 exports", () => exportsOf(400_000, "e")],
  ["200,000 exports", () => exportsOf(200_000, "export with a name of more than a few bytes ")],
  ["200,000 exports with names that are not ASCII", () => exportsOf(200_000, "изделие № ")],
  ["5,000,000 empty custom sections", () => join(MODULE, repeat(5_000_000, [0, 1, 0]))],
  ["20,000 custom sections with names of 800 bytes", () => joinAll([MODULE, ...customs(20_000, 800)])],
  ["100,000 nested components", nestedComponents],
  ["1,000 modules with 10 imports each", () => joinAll([COMPONENT, ...Array.from({ length: 1_000 }, smallModule)])],
  ["300,000 types", () => join(MODULE, vectorSection(1, 300_000, [0x60, 0x01, 0x7f, 0x01, 0x7f]))],
  ["one struct type of 8,000,000 fields", structType],
  ["3,300,000 constant globals", () => join(MODULE, vectorSection(6, 3_300_000, [0x7f, 0x00, 0x41, 0x00, 0x0b]))],
  ["3,300,000 element segments", () => join(MODULE, vectorSection(9, 3_300_000, [0x01, 0x00, 0x00]))],
  ["4,000,000 empty functions", emptyFunctions],
  ["one function of nop", () => bodyModule(new Uint8Array(FULL).fill(0x01))],
  ["one function of blocks", () => bodyModule(join(repeat(5_500_000, [0x02, 0x40]), repeat(5_500_000, [0x0b])))],
  ["one function of blocks with a type index", typedBlocks],
  ["one br_table", () => bodyModule(join([0x41, 0, 0x0e], leb(FULL - 16), new Uint8Array(FULL - 15)))],
  ["one function of v128 additions", () => bodyModule(repeat(5_500_000, [0xfd, 0xae, 0x01]))],
  ["one function of table.copy", () => bodyModule(repeat(4_100_000, [0xfc, 0x0e, 0x00, 0x00]))],
  ["one function of constants of ten bytes", longConstants],
  ...HOSTILE_COMPONENTS,
];

function importsOf(count: number, nameBytes: number): Uint8Array {
  const text = "n".repeat(nameBytes);
  const entries = names(count, text).map((field) => [...name("m"), ...field, 2, 0, 0]);
  const contents = joinAll([leb(count), ...entries]);
  return join(MODULE, [2, ...leb(contents.length)], contents);
}

function exportsOf(count: number, text: string): Uint8Array {
  const contents = joinAll([leb(count), ...names(count, text).map((entry) => [...entry, 2, 0])]);
  return join(MODULE, section(5, [1, 0, 0]), [7, ...leb(contents.length)], contents);
}

function customs(count: number, nameBytes: number): number[][] {
  return names(count, "c".repeat(nameBytes)).map((entry) => section(0, entry));
}

function smallModule(): readonly number[] {
  const fields = names(10, "wasi:filesystem/types ");
  return section(1, [...MODULE, ...EMPTY_FUNC_TYPE, ...section(2, [10, ...fields.flatMap((f) => [...f, ...f, 0, 0])])]);
}

/** Written from the inside out, each layer before what it holds. */
function nestedComponents(): Uint8Array {
  const layers: number[][] = [];
  let size = COMPONENT.length;
  for (let depth = 0; depth < 100_000; depth++) {
    const head = [...COMPONENT, 4, ...leb(size)];
    layers.push(head);
    size += head.length;
  }
  return joinAll([...layers.reverse(), COMPONENT]);
}

function structType(): Uint8Array {
  const contents = join([1, 0x5f], leb(8_000_000), repeat(8_000_000, [0x7f, 0x00]));
  return join(MODULE, [1, ...leb(contents.length)], contents);
}

function emptyFunctions(): Uint8Array {
  const count = 4_000_000;
  return join(MODULE, EMPTY_FUNC_TYPE, vectorSection(3, count, [0]), vectorSection(10, count, [2, 0, 0x0b]));
}

function typedBlocks(): Uint8Array {
  const count = 5_500_000;
  return bodyModule(join(repeat(count, [0x02, 0x00]), repeat(count, [0x0b])));
}

function longConstants(): Uint8Array {
  const entry = [0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1a];
  return bodyModule(repeat(1_390_000, entry));
}

/** Files that grow in one direction; the cost of reading must grow with it and not faster. */
export const GROWING: readonly {
  readonly what: string;
  readonly sizes: readonly [number, number];
  readonly make: (size: number) => Uint8Array;
}[] = [
  { what: "sections", sizes: [2_500, 20_000], make: (size) => joinAll([MODULE, ...customs(size, 8)]) },
  { what: "imports", sizes: [1_250, 10_000], make: (size) => importsOf(size, 16) },
  { what: "exports", sizes: [25_000, 200_000], make: (size) => exportsOf(size, "export") },
  { what: "bytes of names", sizes: [1_000, 10_000], make: (size) => importsOf(size, 1_000) },
  {
    what: "instructions",
    sizes: [1_000_000, 8_000_000],
    make: (size) => bodyModule(repeat(size, [0x20, 0x00, 0x1a])),
  },
];
