/**
 * Every instruction that this reader can pass: opcodes, the form of their immediates, the proposal that brought them.
 *
 * Sources: core spec 3.0, 5.4 (instructions) and its index of instructions; the explainers of threads (0xfe 0x00-0x4e),
 * legacy exception handling (0x06, 0x07, 0x09, 0x18, 0x19), wide arithmetic (0xfc 0x13-0x16), stack switching
 * (0xe0-0xe6), custom descriptors (0xfb 0x20-0x26) and shared-everything threads (0xfe 0x04, 0x4f-0x72).
 */
import type { WasmFeature } from "../inspection.ts";

/** Forms of immediates; immediates.ts passes them, code.ts knows the commonest by heart. */
export type Immediate =
  | "none"
  | "index"
  | "index_pair"
  | "block_type"
  | "br_table"
  | "br_on_cast"
  | "bytes_16"
  | "call_indirect"
  | "catches"
  | "f32"
  | "f64"
  | "fence"
  | "handlers_after_index"
  | "handlers_after_index_pair"
  | "heap_type"
  | "lane"
  | "mem_arg"
  | "mem_arg_atomic"
  | "mem_arg_lane"
  | "memory"
  | "memory_after_index"
  | "memory_pair"
  | "ordered_index"
  | "ordered_index_pair"
  | "s32"
  | "s64"
  | "table_after_index"
  | "table_pair"
  | "val_types";

/** What an opcode needs; "either" is exception handling in its legacy or in its standard form. */
export type Need = WasmFeature | "either_exceptions" | "mvp";

/** First opcode, last opcode, immediates, proposal. Rows that overlap add their proposals. */
export type OpcodeRow = readonly [number, number, Immediate, Need];

export const SINGLE_BYTE: readonly OpcodeRow[] = [
  [0x00, 0x01, "none", "mvp"], // unreachable, nop
  [0x02, 0x04, "block_type", "mvp"], // block, loop, if
  [0x05, 0x05, "none", "mvp"], // else
  [0x06, 0x06, "block_type", "legacy_exceptions"], // try
  [0x07, 0x07, "index", "legacy_exceptions"], // catch
  [0x08, 0x08, "index", "either_exceptions"], // throw
  [0x09, 0x09, "index", "legacy_exceptions"], // rethrow
  [0x0a, 0x0a, "none", "exceptions"], // throw_ref
  [0x0b, 0x0b, "none", "mvp"], // end
  [0x0c, 0x0d, "index", "mvp"], // br, br_if
  [0x0e, 0x0e, "br_table", "mvp"],
  [0x0f, 0x0f, "none", "mvp"], // return
  [0x10, 0x10, "index", "mvp"], // call
  [0x11, 0x11, "call_indirect", "mvp"],
  [0x12, 0x12, "index", "tail_call"], // return_call
  [0x13, 0x13, "call_indirect", "tail_call"], // return_call_indirect
  [0x14, 0x14, "index", "function_references"], // call_ref
  [0x15, 0x15, "index", "tail_call"], // return_call_ref needs both
  [0x15, 0x15, "index", "function_references"],
  [0x18, 0x18, "index", "legacy_exceptions"], // delegate
  [0x19, 0x19, "none", "legacy_exceptions"], // catch_all
  [0x1a, 0x1b, "none", "mvp"], // drop, select
  [0x1c, 0x1c, "val_types", "reference_types"], // select t
  [0x1f, 0x1f, "catches", "exceptions"], // try_table
  [0x20, 0x24, "index", "mvp"], // local.get, set, tee, global.get, set
  [0x25, 0x26, "index", "reference_types"], // table.get, set
  [0x28, 0x3e, "mem_arg", "mvp"], // loads and stores
  [0x3f, 0x40, "memory", "mvp"], // memory.size, grow
  [0x41, 0x41, "s32", "mvp"],
  [0x42, 0x42, "s64", "mvp"],
  [0x43, 0x43, "f32", "mvp"],
  [0x44, 0x44, "f64", "mvp"],
  [0x45, 0xbf, "none", "mvp"], // numeric
  [0xc0, 0xc4, "none", "sign_extension"],
  [0xd0, 0xd0, "heap_type", "reference_types"], // ref.null
  [0xd1, 0xd1, "none", "reference_types"], // ref.is_null
  [0xd2, 0xd2, "index", "reference_types"], // ref.func
  [0xd3, 0xd3, "none", "gc"], // ref.eq
  [0xd4, 0xd4, "none", "function_references"], // ref.as_non_null
  [0xd5, 0xd6, "index", "function_references"], // br_on_null, br_on_non_null
  [0xe0, 0xe0, "index", "stack_switching"], // cont.new
  [0xe1, 0xe1, "index_pair", "stack_switching"], // cont.bind
  [0xe2, 0xe2, "index", "stack_switching"], // suspend
  [0xe3, 0xe3, "handlers_after_index", "stack_switching"], // resume
  [0xe4, 0xe4, "handlers_after_index_pair", "stack_switching"], // resume_throw
  [0xe5, 0xe5, "handlers_after_index", "stack_switching"], // resume_throw_ref
  [0xe6, 0xe6, "index_pair", "stack_switching"], // switch
];

/** Prefix 0xfb. */
export const GC: readonly OpcodeRow[] = [
  [0x00, 0x01, "index", "gc"], // struct.new, new_default
  [0x02, 0x05, "index_pair", "gc"], // struct.get, get_s, get_u, set
  [0x06, 0x07, "index", "gc"], // array.new, new_default
  [0x08, 0x0a, "index_pair", "gc"], // array.new_fixed, new_data, new_elem
  [0x0b, 0x0e, "index", "gc"], // array.get, get_s, get_u, set
  [0x0f, 0x0f, "none", "gc"], // array.len
  [0x10, 0x10, "index", "gc"], // array.fill
  [0x11, 0x13, "index_pair", "gc"], // array.copy, init_data, init_elem
  [0x14, 0x17, "heap_type", "gc"], // ref.test, ref.cast, each for ref and ref null
  [0x18, 0x19, "br_on_cast", "gc"], // br_on_cast, br_on_cast_fail
  [0x1a, 0x1e, "none", "gc"], // any.convert_extern, extern.convert_any, ref.i31, i31.get_s, get_u
  [0x20, 0x22, "index", "custom_descriptors"], // struct.new_desc, new_default_desc, ref.get_desc
  [0x23, 0x24, "heap_type", "custom_descriptors"], // ref.cast_desc_eq, for ref and ref null
  [0x25, 0x26, "br_on_cast", "custom_descriptors"], // br_on_cast_desc_eq, br_on_cast_desc_eq_fail
];

/** Prefix 0xfc. */
export const MISCELLANEOUS: readonly OpcodeRow[] = [
  [0x00, 0x07, "none", "saturating_float_to_int"],
  [0x08, 0x08, "memory_after_index", "bulk_memory"], // memory.init
  [0x09, 0x09, "index", "bulk_memory"], // data.drop
  [0x0a, 0x0a, "memory_pair", "bulk_memory"], // memory.copy
  [0x0b, 0x0b, "memory", "bulk_memory"], // memory.fill
  [0x0c, 0x0c, "table_after_index", "bulk_memory"], // table.init
  [0x0d, 0x0d, "index", "bulk_memory"], // elem.drop
  [0x0e, 0x0e, "table_pair", "bulk_memory"], // table.copy
  [0x0f, 0x11, "index", "reference_types"], // table.grow, size, fill
  [0x13, 0x16, "none", "wide_arithmetic"], // i64.add128, sub128, mul_wide_s, mul_wide_u
];

/** Prefix 0xfd. The gaps are opcodes that were given up before standardisation. */
export const SIMD: readonly OpcodeRow[] = [
  [0x00, 0x0b, "mem_arg", "simd"], // v128.load*, v128.store
  [0x0c, 0x0d, "bytes_16", "simd"], // v128.const, i8x16.shuffle
  [0x0e, 0x14, "none", "simd"], // swizzle, splat
  [0x15, 0x22, "lane", "simd"], // extract_lane, replace_lane
  [0x23, 0x53, "none", "simd"], // comparisons, bitwise
  [0x54, 0x5b, "mem_arg_lane", "simd"], // v128.load*_lane, store*_lane
  [0x5c, 0x5d, "mem_arg", "simd"], // v128.load32_zero, load64_zero
  [0x5e, 0x99, "none", "simd"],
  [0x9b, 0xa1, "none", "simd"],
  [0xa3, 0xa4, "none", "simd"],
  [0xa7, 0xae, "none", "simd"],
  [0xb1, 0xb1, "none", "simd"],
  [0xb5, 0xba, "none", "simd"],
  [0xbc, 0xc1, "none", "simd"],
  [0xc3, 0xc4, "none", "simd"],
  [0xc7, 0xce, "none", "simd"],
  [0xd1, 0xd1, "none", "simd"],
  [0xd5, 0xe1, "none", "simd"],
  [0xe3, 0xed, "none", "simd"],
  [0xef, 0xff, "none", "simd"],
  [0x100, 0x113, "none", "relaxed_simd"],
];

/** Prefix 0xfe. */
export const ATOMIC: readonly OpcodeRow[] = [
  [0x00, 0x02, "mem_arg_atomic", "threads"], // memory.atomic.notify, wait32, wait64
  [0x03, 0x03, "fence", "threads"],
  [0x04, 0x04, "none", "shared_everything_threads"], // pause
  [0x10, 0x4e, "mem_arg_atomic", "threads"], // atomic loads, stores, read-modify-writes
  [0x4f, 0x5b, "ordered_index", "shared_everything_threads"], // global.atomic.*, table.atomic.*
  [0x5c, 0x66, "ordered_index_pair", "shared_everything_threads"], // struct.atomic.*
  [0x67, 0x71, "ordered_index", "shared_everything_threads"], // array.atomic.*
  [0x72, 0x72, "none", "shared_everything_threads"], // ref.i31_shared
];

/** Recognised by their opcodes and refused: prefix, first, last, proposal. */
export const REFUSED: readonly (readonly [number, number, number, string])[] = [
  [0xfb, 0x80, 0xb7, "stringref"],
  [0xfc, 0x12, 0x12, "memory_control"],
  [0xfc, 0x30, 0x31, "half_precision"],
  [0xfd, 0x120, 0x15f, "half_precision"],
];
