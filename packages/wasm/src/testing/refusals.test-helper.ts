/** One malformed or refused binary for every error code that is not about a limit. */
import type { WasmErrorCode } from "../errors.ts";
import type { Limits } from "../limits.ts";
import {
  COMPONENT_PREAMBLE,
  component,
  FUNC_TYPE,
  importInstance,
  MODULE_PREAMBLE,
  module,
  name,
  section,
  bytes as toBytes,
  u32,
  vec,
} from "./builder.test-helper.ts";
import { attributed, exporting, FUNC, funcImport, INSTANCE, importSection } from "./shapes.test-helper.ts";

export interface Refusal {
  readonly what: string;
  readonly code: WasmErrorCode;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly path?: string;
  readonly feature?: string;
  readonly features?: boolean;
  readonly limits?: Partial<Limits>;
}

export const STRUCTURE_REFUSALS: readonly Refusal[] = [
  { what: "an empty file", code: "E_TOO_SMALL", bytes: toBytes(), at: 0 },
  { what: "seven bytes", code: "E_TOO_SMALL", bytes: toBytes(MODULE_PREAMBLE.slice(0, 7)), at: 0 },
  { what: "another magic number", code: "E_MAGIC", bytes: toBytes(0x7f, MODULE_PREAMBLE.slice(1)), at: 0 },
  { what: "version 2", code: "E_VERSION", bytes: toBytes(MODULE_PREAMBLE.slice(0, 4), 2, 0, 0, 0), at: 4 },
  { what: "an old component", code: "E_VERSION", bytes: toBytes(COMPONENT_PREAMBLE.slice(0, 4), 0x0a, 0, 1, 0), at: 4 },
  { what: "layer 2", code: "E_VERSION", bytes: toBytes(COMPONENT_PREAMBLE.slice(0, 4), 0x0d, 0, 2, 0), at: 4 },
  { what: "a size of six bytes", code: "E_LEB", bytes: module([0, 0x80, 0x80, 0x80, 0x80, 0x80, 0]), at: 9 },
  { what: "a size that ends", code: "E_EOF", bytes: module([0, 0x80]), at: 10 },
  { what: "more imports than bytes", code: "E_EOF", bytes: module(section(2, u32(1000), 0, 0, 0, 0)), at: 10 },
  {
    what: "more labels than bytes",
    code: "E_EOF",
    bytes: component(section(7, vec([0x6d, u32(3), 0, 0, 0]))),
    at: 12,
  },
  { what: "a custom section without a name", code: "E_EOF", bytes: module(section(0)), at: 10 },
  { what: "a name with a lone surrogate", code: "E_UTF8", bytes: module(section(0, [3, 0xed, 0xa0, 0x80])), at: 11 },
  { what: "core section 14", code: "E_SECTION_ID", bytes: module(section(14)), at: 8 },
  { what: "component section 13", code: "E_SECTION_ID", bytes: component(section(13, 0)), at: 8 },
  {
    what: "a custom section of 2^31 - 1 bytes",
    code: "E_SECTION_LEN",
    bytes: component([0x00, 0xff, 0xff, 0xff, 0xff, 0x07]),
    at: 9,
  },
  { what: "two type sections", code: "E_SECTION_ORDER", bytes: module(FUNC_TYPE, FUNC_TYPE), at: 14 },
  {
    what: "tags after globals",
    code: "E_SECTION_ORDER",
    bytes: module(section(6, vec()), section(13, vec())),
    at: 11,
  },
  { what: "a byte after the imports", code: "E_SECTION_TRAILING", bytes: module(section(2, vec(), 0)), at: 11 },
  { what: "a byte after an alias", code: "E_SECTION_TRAILING", bytes: component(section(6, vec(), 0)), at: 11 },
  {
    what: "a component where a module is announced",
    code: "E_NESTED_KIND",
    bytes: component(section(1, component())),
    at: 10,
    path: "module/0",
  },
  {
    what: "a module where a component is announced",
    code: "E_NESTED_KIND",
    bytes: component(section(4, component(), []), section(4, module())),
    at: 20,
    path: "component/1",
  },
  {
    what: "an import of kind 5",
    code: "E_IMPORT_KIND",
    bytes: module(section(2, vec([name("a"), name("b"), 5, 0]))),
    at: 15,
  },
  {
    what: "a component import of kind 6",
    code: "E_EXTERN_KIND",
    bytes: component(importSection([0, name("a"), 6, 0])),
    at: 14,
  },
  {
    what: "an exported core function",
    code: "E_EXTERN_KIND",
    bytes: component(section(11, vec([0, name("a"), 0x00, 0x00, 0, 0]))),
    at: 11,
  },
  {
    what: "a name with a space",
    code: "E_NAME_GRAMMAR",
    bytes: component(FUNC, importSection(funcImport("a "))),
    at: 19,
  },
  {
    what: "two names that differ in case only",
    code: "E_NAME_DUP",
    bytes: component(FUNC, importSection(funcImport("a"), funcImport("A"))),
    at: 23,
  },
  {
    what: "a fourth attribute kind",
    code: "E_NAME_ATTR",
    bytes: component(FUNC, importSection([attributed("a", [3, name("x")]), 1, 0])),
    at: 22,
  },
  {
    what: "implements twice",
    code: "E_NAME_ATTR",
    bytes: component(INSTANCE, importSection([attributed("a", [0, name("a:b/c")], [0, name("a:b/d")]), 5, 0])),
    at: 32,
  },
  {
    what: "a function that implements",
    code: "E_NAME_ATTR",
    bytes: component(FUNC, importSection([attributed("a", [0, name("a:b/c")]), 1, 0])),
    at: 18,
  },
  { what: "a type of unknown form", code: "E_TYPE", bytes: module(section(1, vec([0x61, 0]))), at: 11 },
  { what: "a component type of unknown form", code: "E_TYPE", bytes: component(section(7, vec(0x62))), at: 11 },
  {
    what: "a global set to a call",
    code: "E_EXPRESSION",
    bytes: module(section(6, vec([0x7f, 0, 0x10, 0, 0x0b]))),
    at: 13,
  },
  {
    what: "a body without end",
    code: "E_CODE",
    bytes: module(FUNC_TYPE, section(3, vec(0)), section(10, vec([2, 0, 0x01]))),
    at: 21,
  },
  { what: "an unknown canonical function", code: "E_DEFINITION", bytes: component(section(8, vec(0x2e))), at: 11 },
  { what: "an alias of sort 6", code: "E_DEFINITION", bytes: component(section(6, vec([6, 2, 0, 0]))), at: 11 },
  {
    what: "an alias of a core export as a type",
    code: "E_DEFINITION",
    bytes: component(section(6, vec([0x03, 0x01, 0, name("a")]))),
    at: 11,
  },
  {
    what: "an alias of an instance's export as a core function",
    code: "E_DEFINITION",
    bytes: component(section(6, vec([0x00, 0x00, 0x00, 0, name("a")]))),
    at: 11,
  },
  {
    what: "a core type as an export of a core instance",
    code: "E_DEFINITION",
    bytes: component(section(2, vec([0x01, vec([name("a"), 0x10, 0])]))),
    at: 15,
  },
  {
    what: "a core type as an export of an instance",
    code: "E_DEFINITION",
    bytes: component(section(5, vec([0x01, vec([0x00, name("a"), 0x00, 0x10, 0])]))),
    at: 16,
  },
  {
    what: "a core memory as an argument of an instance",
    code: "E_DEFINITION",
    bytes: component(section(5, vec([0x00, 0, vec([name("a"), 0x00, 0x02, 0])]))),
    at: 16,
  },
  { what: "an export of function 1 of 1", code: "E_INDEX", bytes: exporting(1), at: 21 },
  {
    what: "an import of type 1 of 1",
    code: "E_INDEX",
    bytes: component(INSTANCE, importSection(importInstance("a", 1))),
    at: 21,
  },
  { what: "a function without a body", code: "E_COUNT", bytes: module(FUNC_TYPE, section(3, vec(0))), at: 18 },
  { what: "announced data that is missing", code: "E_COUNT", bytes: module(section(12, 1)), at: 11 },
  {
    what: "an unknown instruction, when instructions are looked at",
    code: "E_OPCODE",
    bytes: module(FUNC_TYPE, section(3, vec(0)), section(10, vec([3, 0, 0x27, 0x0b]))),
    at: 23,
    features: true,
  },
  {
    what: "compact imports by name",
    code: "E_FEATURE",
    bytes: module(FUNC_TYPE, section(2, vec([name("m"), name(""), 0x7f, vec([name("f"), 0, 0])]))),
    at: 17,
    feature: "compact_imports",
  },
  {
    what: "compact imports by type",
    code: "E_FEATURE",
    bytes: module(FUNC_TYPE, section(2, vec([name("m"), name(""), 0x7e, 0, 0, vec(name("f"), name("g"))]))),
    at: 17,
    feature: "compact_imports",
  },
  {
    what: "a start function of a component",
    code: "E_FEATURE",
    bytes: component(section(9, 0, 0, 0)),
    at: 8,
    feature: "component_start",
  },
  {
    what: "an imported value",
    code: "E_FEATURE",
    bytes: component(importSection([0, name("a"), 2, 0x7f])),
    at: 14,
    feature: "component_values",
  },
];
