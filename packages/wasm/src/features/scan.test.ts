import { parse } from "@bytecodealliance/jco";
import { describe, expect, it } from "vitest";
import { WasmError } from "../errors.ts";
import { inspect } from "../inspect.ts";
import type { WasmFeature } from "../inspection.ts";
import { scanModuleFeatures } from "./scan.ts";

function scan(bytes: Uint8Array): string[] {
  const found = new Set<WasmFeature>();
  scanModuleFeatures(bytes, 0, bytes.length, "", found);
  return [...found].sort();
}

function failure(bytes: Uint8Array): WasmError {
  try {
    scan(bytes);
  } catch (error) {
    if (error instanceof WasmError) return error;
    throw error;
  }
  throw new Error("the scan succeeded");
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

function section(id: number, contents: readonly number[]): number[] {
  return [id, ...leb(contents.length), ...contents];
}

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** One function [] -> [] with this body (locals included, the final `end` not). */
function moduleOf(body: readonly number[], beforeCode: readonly number[] = []): Uint8Array {
  const code = [...leb(body.length + 1), ...body, 0x0b];
  return Uint8Array.from([
    ...PREAMBLE,
    ...section(1, [0x01, 0x60, 0x00, 0x00]),
    ...section(3, [0x01, 0x00]),
    ...beforeCode,
    ...section(10, [0x01, ...code]),
  ]);
}

/** Each module needs exactly these proposals. */
const MODULES: readonly (readonly [string, string, readonly WasmFeature[]])[] = [
  ["an empty module", "(module)", []],
  [
    "everything of the first release",
    `(module (import "m" "g" (global i32)) (memory 1) (table 1 funcref) (global (mut i32) (global.get 0))
      (elem (i32.const 0) 0) (data (i32.const 0) "x") (export "f" (func 0))
      (func (param i32) (result i32) (local i64 f32 f64)
        block (result i32) i32.const 70000 end i32.load offset=70000 loop br_if 0 (i32.const 1) end
        i64.const -99999999999 f32.const 1.5 f64.const 2.5 drop drop drop memory.size drop
        local.get 0 br_table 0 0 0))`,
    [],
  ],
  ["i32.extend8_s", "(module (func i32.const 0 i32.extend8_s drop))", ["sign_extension"]],
  ["i64.trunc_sat_f64_u", "(module (func f64.const 0 i64.trunc_sat_f64_u drop))", ["saturating_float_to_int"]],
  ["two results", "(module (type (func (result i32 i32))))", ["multi_value"]],
  ["a block with a parameter", "(module (func i32.const 0 block (param i32) drop end))", ["multi_value"]],
  ["an exported mutable global", '(module (global (export "g") (mut i32) (i32.const 0)))', ["mutable_globals"]],
  ["an imported mutable global", '(module (import "m" "g" (global (mut i32))))', ["mutable_globals"]],
  [
    "an exported constant beside a mutable global",
    '(module (import "m" "h" (global i32)) (global (mut i32) (i32.const 0)) (global (export "g") i32 (i32.const 0)))',
    [],
  ],
  ["memory.fill", "(module (memory 1) (func i32.const 0 i32.const 0 i32.const 0 memory.fill))", ["bulk_memory"]],
  ["a passive data segment", '(module (memory 1) (data "x"))', ["bulk_memory"]],
  ["a passive element segment", "(module (elem func 0) (func))", ["bulk_memory"]],
  ["ref.is_null", "(module (func (param externref) local.get 0 ref.is_null drop))", ["reference_types"]],
  ["a table of externref", "(module (table 1 externref))", ["reference_types"]],
  ["two tables", "(module (table 1 funcref) (table 1 funcref))", ["reference_types"]],
  [
    "select with a type",
    "(module (func i32.const 0 i32.const 0 i32.const 0 select (result i32) drop))",
    ["reference_types"],
  ],
  ["v128 only in a type", "(module (type (func (param v128))))", ["simd"]],
  ["v128 only in a global", "(module (global v128 (v128.const i64x2 1 2)))", ["simd"]],
  [
    "i8x16.shuffle",
    "(module (func (param v128) local.get 0 local.get 0 i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 drop))",
    ["simd"],
  ],
  [
    "i32x4.relaxed_trunc_f32x4_s",
    "(module (func (param v128) local.get 0 i32x4.relaxed_trunc_f32x4_s drop))",
    ["relaxed_simd", "simd"],
  ],
  ["i32.atomic.load", "(module (memory 1) (func i32.const 0 i32.atomic.load drop))", ["threads"]],
  ["a shared memory", "(module (memory 1 2 shared))", ["threads"]],
  ["return_call", "(module (func return_call 0))", ["tail_call"]],
  ["a tag", "(module (tag))", ["exceptions"]],
  ["throw", "(module (tag) (func throw 0))", ["exceptions"]],
  ["try_table", "(module (func try_table (catch_all 0) end))", ["exceptions"]],
  ["exnref", "(module (func (param exnref) local.get 0 throw_ref))", ["exceptions", "reference_types"]],
  [
    "a typed reference",
    "(module (type $f (func)) (func (param (ref $f)) local.get 0 call_ref $f))",
    ["function_references", "reference_types"],
  ],
  [
    "return_call_ref",
    "(module (type $f (func)) (func unreachable return_call_ref $f))",
    ["function_references", "tail_call"],
  ],
  [
    "call_ref on what is never reached",
    "(module (type $f (func)) (func unreachable call_ref $f))",
    ["function_references"],
  ],
  ["a struct type", "(module (type (struct (field i8))))", ["gc"]],
  ["i31", "(module (func i32.const 0 ref.i31 drop))", ["gc"]],
  ["a recursion group", "(module (rec (type (func)) (type (func))))", ["gc"]],
  ["anyref", "(module (func (param anyref)))", ["gc", "reference_types"]],
  ["a global that reads a defined global", "(module (global i32 (i32.const 0)) (global i32 (global.get 0)))", ["gc"]],
  ["a 64-bit memory", "(module (memory i64 1) (func i64.const 0 i32.load offset=0x100000000 drop))", ["memory64"]],
  ["a 64-bit table", "(module (table i64 1 funcref))", ["memory64"]],
  ["two memories", "(module (memory 1) (memory 1))", ["multi_memory"]],
  ["an imported second memory", '(module (import "m" "m" (memory 1)) (memory 1))', ["multi_memory"]],
  ["i32.add in an initialiser", "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))", ["extended_const"]],
  ["pages of one byte", "(module (memory 1 (pagesize 1)))", ["custom_page_sizes"]],
  [
    "i64.add128",
    "(module (func i64.const 0 i64.const 0 i64.const 0 i64.const 0 i64.add128 drop drop))",
    ["wide_arithmetic"],
  ],
  [
    "cont.new and suspend",
    "(module (type $f (func)) (type $c (cont $f)) (tag $t) (func ref.func 0 cont.new $c drop suspend $t) (elem declare func 0))",
    ["bulk_memory", "exceptions", "function_references", "reference_types", "stack_switching"],
  ],
  [
    "a descriptor",
    "(module (rec (type $a (descriptor $b) (struct)) (type $b (describes $a) (struct))))",
    ["custom_descriptors", "gc"],
  ],
  [
    "a shared table",
    "(module (table shared 1 (ref null (shared func))))",
    ["reference_types", "shared_everything_threads"],
  ],
];

describe("each module needs exactly", () => {
  for (const [name, wat, features] of MODULES) {
    it(`${features.join(", ") || "nothing"}: ${name}`, async () => {
      expect(scan(await parse(wat))).toEqual(features);
    });
  }
});

describe("exception handling in its legacy form", () => {
  const tag = section(13, [0x01, 0x00, 0x00]);
  it("is named, and covers its tags and throws", () => {
    // try; throw 0; catch 0; rethrow 0; end
    expect(scan(moduleOf([0x00, 0x06, 0x40, 0x08, 0x00, 0x07, 0x00, 0x09, 0x00, 0x0b], tag))).toEqual([
      "legacy_exceptions",
    ]);
  });
  it("closes a try by delegate", () => {
    expect(scan(moduleOf([0x00, 0x06, 0x40, 0x18, 0x00]))).toEqual(["legacy_exceptions"]);
  });
  it("is reported beside the standard form when both are used", () => {
    // try; catch_all; end; try_table (no clauses); end
    const both = [0x00, 0x06, 0x40, 0x19, 0x0b, 0x1f, 0x40, 0x00, 0x0b];
    expect(scan(moduleOf(both, tag))).toEqual(["exceptions", "legacy_exceptions"]);
  });
});

describe("an initialiser", () => {
  it("may make a shared i31, as the surface reader allows", () => {
    // (global (ref (shared i31)) (ref.i31_shared (i32.const 1)))
    const bytes = new Uint8Array([...PREAMBLE, ...section(6, [1, 0x64, 0x65, 0x6c, 0, 0x41, 1, 0xfe, 0x72, 0x0b])]);
    expect(inspect(bytes).kind).toBe("module");
    expect(scan(bytes)).toEqual(["function_references", "gc", "reference_types", "shared_everything_threads"]);
  });
});

describe("what cannot be decoded is refused with offset", () => {
  const CASES: readonly (readonly [string, readonly number[], string])[] = [
    ["an undefined instruction", [0x00, 0x27], "E_OPCODE"],
    ["an undefined SIMD instruction", [0x00, 0xfd, 0x9a, 0x01], "E_FEATURE"],
    ["a prefix that nobody has taken", [0x00, 0xff, 0x00], "E_FEATURE"],
    ["a number of six bytes", [0x00, 0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1a], "E_LEB"],
    ["a padded index whose fifth byte is too large", [0x00, 0x10, 0x80, 0x80, 0x80, 0x80, 0x10], "E_LEB"],
    ["a constant whose spare bits are not its sign", [0x00, 0x41, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x1a], "E_LEB"],
    ["an index above 32 bits", [0x00, 0x10, 0xff, 0xff, 0xff, 0xff, 0x10], "E_LEB"],
    ["a constant without its bytes", [0x00, 0x43, 0x00, 0x00], "E_EOF"],
    ["a branch table that claims more than there is", [0x00, 0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f], "E_EOF"],
    ["a last end that is an operand", [0x00, 0x20], "E_EOF"],
    ["a block that is not closed", [0x00, 0x02, 0x40], "E_CODE"],
    ["a function that ends too early", [0x00, 0x0b, 0x02, 0x40], "E_CODE"],
    ["flags of a memory access", [0x00, 0x41, 0x00, 0x28, 0x80, 0x01, 0x00, 0x1a], "E_CODE"],
    ["a block type that is not a type", [0x00, 0x02, 0x60, 0x0b], "E_TYPE"],
  ];
  for (const [name, body, code] of CASES) {
    it(`${code}: ${name}`, () => {
      const bytes = moduleOf(body);
      const error = failure(bytes);
      expect(error.code).toBe(code);
      expect(error.at).toBeGreaterThanOrEqual(bytes.length - body.length - 1);
      expect(error.at).toBeLessThan(bytes.length);
    });
  }

  it("names the proposal that it recognises and refuses", () => {
    expect(failure(moduleOf([0x00, 0xfb, 0x80, 0x01])).feature).toBe("stringref");
    expect(failure(moduleOf([0x00, 0xfc, 0x12, 0x00])).feature).toBe("memory_control");
    expect(failure(moduleOf([0x00, 0xfd, 0xa0, 0x02])).feature).toBe("half_precision");
    expect(failure(moduleOf([0x00, 0xfe, 0x10, 0x22, 0x00])).feature).toBe("relaxed_atomics");
  });

  it("names the path of the nested module and the offset in the outermost file", () => {
    const inner = moduleOf([0x00, 0x27]);
    const outer = new Uint8Array(100 + inner.length + 50);
    outer.set(inner, 100);
    const error = (() => {
      try {
        return scanModuleFeatures(outer, 100, 100 + inner.length, "module/3", new Set());
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({ code: "E_OPCODE", path: "module/3", at: 100 + inner.length - 2 });
  });
});

describe("long operands", () => {
  it("are passed whatever their length, one byte before the end of the file included", () => {
    // i32.const 0x7fffffff; i64.const min; i32.load align=4 offset=2^31; drop…
    const body = [
      ...[0x00, 0x41, 0xff, 0xff, 0xff, 0xff, 0x07, 0x1a],
      ...[0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f, 0x1a],
      ...[0x41, 0x80, 0x01, 0x28, 0x02, 0x80, 0x80, 0x80, 0x80, 0x08, 0x1a],
      ...[0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x1a, 0x10, 0x80, 0x80, 0x00],
    ];
    expect(scan(moduleOf(body))).toEqual([]);
  });
  it("may be padded to five bytes", () => {
    expect(
      scan(moduleOf([0x00, 0x10, 0x80, 0x80, 0x80, 0x80, 0x00, 0x41, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x1a])),
    ).toEqual([]);
  });
  it("do not hide the instruction behind them", () => {
    expect(scan(moduleOf([0x00, 0x41, 0x80, 0x80, 0x80, 0x00, 0xc0, 0x1a]))).toEqual(["sign_extension"]);
  });
  it("that name a memory need multi-memory, also where a longer zero does", () => {
    expect(scan(moduleOf([0x00, 0x41, 0x00, 0x28, 0x42, 0x00, 0x00, 0x1a]))).toEqual(["multi_memory"]);
    expect(scan(moduleOf([0x00, 0x3f, 0x80, 0x00, 0x1a]))).toEqual(["multi_memory"]);
    expect(scan(moduleOf([0x00, 0x41, 0x00, 0x11, 0x00, 0x80, 0x00]))).toEqual(["reference_types"]);
  });
});
