/** Components, and metadata, made to hurt: long names, large types that are read twice, many aliases and members. */
import { COMPONENT, leb, name, repeat, section } from "../../../wasm-fixtures/hostile-bytes.ts";
import { HOSTILE_BYTES, join, joinAll, type Part, vectorSection } from "./parts.ts";

const FULL = HOSTILE_BYTES - 128;
/** As long as the reader lets the name of an export be, with room for what makes each one different. */
const LONG_NAME = 99_980;
const text = new TextEncoder();

export const HOSTILE_COMPONENTS: readonly (readonly [string, () => Uint8Array])[] = [
  ["165 component exports with names of one fragment", () => longNames((word) => word + "a".repeat(LONG_NAME))],
  [
    "165 component exports with names of 50,000 fragments",
    () => longNames((word) => word + "-a".repeat(LONG_NAME / 2)),
  ],
  ["165 component exports with names of digits", () => longNames((word) => `${word}-${"1".repeat(LONG_NAME - 1)}`)],
  ["165 interfaces with long namespaces", () => longNames((word) => `${word}${"-a".repeat(LONG_NAME / 2 - 2)}:b/c`)],
  [
    "165 interfaces with long prereleases",
    () => longNames((word) => `a:b/${word}@1.0.0-${"1a.".repeat(LONG_NAME / 3 - 6)}b`),
  ],
  ["20,000 component exports with names of 790 bytes", manyExports],
  ["an imported instance with 9,000 functions of 1,000 bytes", manyMembers],
  ["1,000 imports of one instance type with 10 functions", sharedType],
  ["300,000 aliases of one type", () => join(COMPONENT, BYTE_TYPE, vectorSection(6, 299_000, [0x03, 0x02, 0, 0]))],
  ["150,000 aliases of exports with names of 94 bytes", manyAliases],
  ["an imported record of 5,000,000 fields", () => importedType(0x72, Math.floor(FULL / 3), [0x01, 0x61, 0x7f])],
  ["an imported variant of 4,000,000 cases", () => importedType(0x71, FULL >> 2, [0x01, 0x61, 0x00, 0x00])],
  ["an imported tuple of 16,000,000 members", () => importedType(0x6f, FULL, [0x7f])],
  ["an imported enumeration of 8,000,000 cases", () => importedType(0x6d, FULL >> 1, [0x01, 0x61])],
  ["4 MiB of compressed blocks that say nothing", emptyBlocks],
];

/** Type 0 is u8. */
const BYTE_TYPE = section(7, [1, 0x7d]);

/** An export of type 0 under this name. */
function typeExport(label: string): Part {
  const encoded = text.encode(label);
  return join([0x00], leb(encoded.length), encoded, [0x03, 0, 0x00]);
}

function longSection(id: number, contents: Uint8Array): Uint8Array {
  return join([id], leb(contents.length), contents);
}

function longNames(nameOf: (word: string) => string): Uint8Array {
  const words = Array.from({ length: 165 }, (_, index) => String.fromCharCode(97 + (index % 26), 97 + index / 26));
  const entries = words.map((word) => typeExport(nameOf(word)));
  return join(COMPONENT, BYTE_TYPE, longSection(11, joinAll([leb(words.length), ...entries])));
}

function manyExports(): Uint8Array {
  const entries = Array.from({ length: 20_000 }, (_, index) => typeExport(`a${index}${"-b".repeat(390)}`));
  return join(COMPONENT, BYTE_TYPE, longSection(11, joinAll([leb(entries.length), ...entries])));
}

/** The vector of one instance type with functions of these names. */
function instanceOf(names: readonly string[]): Uint8Array {
  const members = names.map((label) => [0x04, 0x00, ...name(label), 0x01, 0]);
  return joinAll([[1, 0x42], leb(names.length + 1), [0x01, 0x40, 0, 0x01, 0x00], ...members]);
}

function importsOfTypeZero(names: readonly string[]): Uint8Array {
  return longSection(10, joinAll([leb(names.length), ...names.map((label) => [0x00, ...name(label), 0x05, 0])]));
}

function manyMembers(): Uint8Array {
  const names = Array.from({ length: 9_000 }, (_, index) => `a${index}${"-b".repeat(500)}`);
  return join(COMPONENT, longSection(7, instanceOf(names)), importsOfTypeZero(["a:b/c"]));
}

function sharedType(): Uint8Array {
  const functions = Array.from({ length: 10 }, (_, index) => `a${index}${"-b".repeat(500)}`);
  const names = Array.from({ length: 1_000 }, (_, index) => `a${"-b".repeat(500)}:c/d${index}`);
  return join(COMPONENT, longSection(7, instanceOf(functions)), importsOfTypeZero(names));
}

function manyAliases(): Uint8Array {
  const aliases = vectorSection(6, 150_000, [0x03, 0x00, 0, ...name("n".repeat(94))]);
  return join(COMPONENT, longSection(7, instanceOf([])), importsOfTypeZero(["a"]), aliases);
}

/** An instance type that holds one type of `count` equal parts: passed with the types, and again for its import. */
function importedType(form: number, count: number, part: readonly number[]): Uint8Array {
  const instance = join([1, 0x42, 1, 0x01, form], leb(count), repeat(count, part));
  return join(COMPONENT, longSection(7, instance), importsOfTypeZero(["a"]));
}

/** A list of dependencies whose blocks each bring tables of codes (RFC 1951, 3.2.7) and end at once; 91 bits each. */
function emptyBlocks(): Uint8Array {
  const block =
    `0${"01"}${"00000"}${"00000"}${"0111"}` +
    // Words of one bit for 18 (a one) and 1 (a zero); 138 and 117 zeros; 255, the end and a distance; the end.
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1]
      .map((s) => (s === 18 || s === 1 ? "100" : "000"))
      .join("") +
    `1${"1111111"}1${"0101011"}${"000"}1`;
  const cycle = Uint8Array.from({ length: block.length }, (_, index) => {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) byte |= Number(block[(index * 8 + bit) % block.length]) << bit;
    return byte;
  });
  const blocks = repeat(Math.floor((4 * 1024 * 1024 - 32) / cycle.length), [...cycle]);
  return join(COMPONENT, longSection(0, join(name(".dep-v0"), [0x78, 0x9c], blocks)));
}
