/** One bit for each proposal, so that the scan gathers them without allocating. */
import type { WasmFeature } from "../inspection.ts";

const ORDER = [
  "bulk_memory",
  "compact_imports",
  "custom_descriptors",
  "custom_page_sizes",
  "exceptions",
  "extended_const",
  "function_references",
  "gc",
  "legacy_exceptions",
  "memory64",
  "multi_memory",
  "multi_value",
  "mutable_globals",
  "reference_types",
  "relaxed_simd",
  "saturating_float_to_int",
  "shared_everything_threads",
  "sign_extension",
  "simd",
  "stack_switching",
  "tail_call",
  "threads",
  "wide_arithmetic",
] as const satisfies readonly WasmFeature[];

export const BIT = Object.fromEntries(ORDER.map((feature, index) => [feature, 1 << index])) as {
  readonly [feature in WasmFeature]: number;
};

/**
 * Tags and `throw` belong to both forms of exception handling. Alone, or beside try_table, they need the one that was
 * standardised; beside `try` and without try_table, the legacy form suffices.
 * Below bit 30, where every engine still keeps a whole number in a word.
 */
export const EITHER_EXCEPTIONS = 1 << 29;

/** What a scan has seen so far. */
export class FeatureBits {
  bits = 0;

  addTo(found: Set<WasmFeature>): void {
    let { bits } = this;
    if ((bits & EITHER_EXCEPTIONS) !== 0 && (bits & BIT.legacy_exceptions) === 0) bits |= BIT.exceptions;
    for (const feature of ORDER) if ((bits & BIT[feature]) !== 0) found.add(feature);
  }
}
