/** Malformed core modules, and files that are no WebAssembly at all. Clauses are of the core specification, chapter 5. */

import { EMPTY_FUNC_TYPE, leb, MODULE, moduleOf, name, section } from "./hostile-bytes.ts";
import type { HostileInput } from "./hostile-input.ts";

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const importSection = (...payload: readonly number[]) => moduleOf(EMPTY_FUNC_TYPE, section(2, payload));
/** Offset of the first byte after the preamble, and after the type section. */
const BODY = 8;
const AFTER_TYPES = BODY + EMPTY_FUNC_TYPE.length;

export const HOSTILE_MODULES: readonly HostileInput[] = [
  { name: "nothing", why: "An empty file.", make: () => bytes(), code: "E_TOO_SMALL", at: 0 },
  {
    name: "magic-only",
    why: "What S1 takes for a module: it looks at four bytes.",
    make: () => bytes(0, 0x61, 0x73, 0x6d),
    code: "E_TOO_SMALL",
    at: 0,
  },
  {
    name: "seven-bytes",
    why: "One byte short of a preamble.",
    make: () => Uint8Array.from(MODULE.slice(0, 7)),
    code: "E_TOO_SMALL",
    at: 0,
  },
  {
    name: "not-wasm",
    why: "A shell script.",
    make: () => new TextEncoder().encode("#!/bin/sh\nexit 0\n"),
    code: "E_MAGIC",
    at: 0,
  },
  {
    name: "text-format",
    why: "The text format instead of the binary one.",
    make: () => new TextEncoder().encode("(module)\n"),
    code: "E_MAGIC",
    at: 0,
  },
  ...versions(),
  {
    name: "section-id-unknown",
    why: "5.5.2 defines ids 0 to 13; S1 took 0x55.",
    make: () => moduleOf([0x55, 0]),
    code: "E_SECTION_ID",
    at: BODY,
  },
  {
    name: "section-longer-than-file",
    why: "A length that reaches behind the end.",
    make: () => moduleOf([1, 5, 1, 0x60, 0]),
    code: "E_SECTION_LEN",
    at: 9,
  },
  {
    name: "two-modules",
    why: "Two binaries in one file: the second magic number reads as a section.",
    make: () => Uint8Array.from([...MODULE, ...MODULE]),
    code: "E_SECTION_LEN",
    at: 9,
  },
  {
    name: "section-twice",
    why: "5.5.2: each section at most once.",
    make: () => moduleOf(EMPTY_FUNC_TYPE, EMPTY_FUNC_TYPE),
    code: "E_SECTION_ORDER",
    at: AFTER_TYPES,
  },
  {
    name: "section-order",
    why: "5.5.16: exports before imports would let a one-pass reader miss one of them.",
    make: () => moduleOf(section(7, [0]), section(2, [0])),
    code: "E_SECTION_ORDER",
    at: BODY + 3,
  },
  {
    name: "section-trailing",
    why: "Bytes behind the last entry, where another reader may find something.",
    make: () => importSection(0, 0xff),
    code: "E_SECTION_TRAILING",
    at: AFTER_TYPES + 3,
  },
  {
    name: "leb-six-bytes",
    why: "5.2.2: a u32 has at most five bytes.",
    make: () => moduleOf([0, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0]),
    code: "E_LEB",
    at: 9,
  },
  {
    name: "leb-spare-bits",
    why: "5.2.2: the unused bits of the fifth byte are zero.",
    make: () => moduleOf([0, 0x81, 0x80, 0x80, 0x80, 0x10, 0]),
    code: "E_LEB",
    at: 9,
  },
  {
    name: "leb-cut",
    why: "A number whose last byte says that more follows.",
    make: () => moduleOf([0, 0x80]),
    code: "E_EOF",
    at: 10,
  },
  {
    name: "name-longer-than-section",
    why: "A name that would be read from the next section.",
    make: () => moduleOf([...section(2, [1, 0x20, 0x65]), ...section(0, name("x".repeat(64)))]),
    code: "E_EOF",
  },
  {
    name: "import-cut",
    why: "An import without its description.",
    make: () => importSection(1, ...name("env"), ...name("f")),
    code: "E_EOF",
    at: 23,
  },
  {
    name: "import-kind",
    why: "5.5.5 defines kinds 0 to 4.",
    make: () => importSection(1, ...name("env"), ...name("f"), 0x05, 0),
    code: "E_IMPORT_KIND",
    at: AFTER_TYPES + 2 + 1 + 4 + 2,
  },
  {
    name: "compact-imports-7f",
    why: "A reader that does not know compact imports loses its place and lists other imports than the engine links.",
    make: () =>
      importSection(1, ...name("wasi_snapshot_preview1"), 0x00, 0x7f, 2, ...name("a"), 0, 0, ...name("b"), 0, 0),
    code: "E_FEATURE",
    feature: "compact_imports",
  },
  {
    name: "compact-imports-7e",
    why: "The other form: one description for many names.",
    make: () => importSection(1, ...name("wasi_snapshot_preview1"), 0x00, 0x7e, 0, 0, 2, ...name("a"), ...name("b")),
    code: "E_FEATURE",
    feature: "compact_imports",
  },
  {
    name: "import-name-overlong-utf8",
    why: "An overlong slash: some readers see `wasi:cli/x`, some do not.",
    make: () => importSection(1, 2, 0xc0, 0xaf, ...name("f"), 0, 0),
    code: "E_UTF8",
    at: 18,
  },
  {
    name: "import-name-surrogate",
    why: "Half a surrogate pair in UTF-8.",
    make: () => importSection(1, 3, 0xed, 0xa0, 0x80, ...name("f"), 0, 0),
    code: "E_UTF8",
    at: 18,
  },
  {
    name: "field-name-not-utf8",
    why: "A lone continuation byte.",
    make: () => importSection(1, ...name("env"), 1, 0x80, 0, 0),
    code: "E_UTF8",
    at: 22,
  },
  {
    name: "custom-name-not-utf8",
    why: "5.5.3: the name of a custom section is a name; its contents may be anything.",
    make: () => moduleOf(section(0, [2, 0xff, 0xfe])),
    code: "E_UTF8",
    at: 11,
  },
  {
    name: "count-4294967295",
    why: "A count that would allocate 4 Gi entries before reading one.",
    make: () => moduleOf([2, 5, ...leb(0xffff_ffff)]),
    code: "E_EOF",
  },
  {
    name: "code-without-functions",
    why: "5.5.16: as many bodies as declared functions.",
    make: () => moduleOf(section(10, [1, 2, 0, 0x0b])),
    code: "E_COUNT",
  },
  {
    name: "functions-without-code",
    why: "The same, the other way round.",
    make: () => moduleOf(EMPTY_FUNC_TYPE, section(3, [1, 0])),
    code: "E_COUNT",
  },
  {
    name: "data-count-wrong",
    why: "5.5.16: the data count equals the number of segments.",
    make: () => moduleOf(section(12, [1])),
    code: "E_COUNT",
  },
];

function versions(): readonly HostileInput[] {
  const rows: readonly (readonly [string, string, readonly number[]])[] = [
    ["module-version-2", "A core module of the future.", [2, 0, 0, 0]],
    ["module-version-0", "No such version ever was.", [0, 0, 0, 0]],
    ["module-layer-1", "Version 1, but on the layer of components.", [1, 0, 1, 0]],
    ["component-layer-0", "A component's version on the layer of modules.", [0x0d, 0, 0, 0]],
    ["component-layer-2", "A layer that nobody has defined.", [0x0d, 0, 2, 0]],
    ["component-prototype-0a", "A component of an early prototype.", [0x0a, 0, 1, 0]],
    ["component-prototype-0c", "A component of a later prototype.", [0x0c, 0, 1, 0]],
  ];
  return rows.map(([rowName, why, version]) => ({
    name: rowName,
    why,
    make: () => bytes(0, 0x61, 0x73, 0x6d, ...version),
    code: "E_VERSION",
    at: 4,
  }));
}
