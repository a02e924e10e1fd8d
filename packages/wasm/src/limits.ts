/**
 * Every bound of this reader, with its unit in the name. Each is far above what real binaries were seen to need
 * (first figure) and low enough that a hostile file is refused before it costs memory or time.
 */
export const LIMITS = {
  /** 75.5 MB seen (an LLVM in one module). */
  size_bytes_max: 128 * 1024 * 1024,
  /** 4 seen; nested components and nested types both count. */
  depth_max: 16,
  /** 39 seen. */
  nested_binaries_max: 1_000,
  /** 1,913 seen; counted over the whole file. */
  sections_max: 20_000,
  /** 791 seen in one module; counted over the whole file. */
  core_imports_max: 10_000,
  /** 84 seen; for each component. */
  component_imports_max: 1_000,
  /** Imports of all components of one file together. */
  component_imports_total_max: 20_000,
  /** 75,111 seen in one module (DuckDB); core exports of the whole file. */
  exports_max: 200_000,
  /** Hundreds seen; exports of all components of one file together. */
  component_exports_total_max: 20_000,
  /** Exports beyond this are counted, not listed. */
  exports_listed_max: 10_000,
  /** 201 bytes seen. */
  import_name_bytes_max: 1_024,
  /** 701 bytes seen; 100,000 is what the engines agreed upon. */
  export_name_bytes_max: 100_000,
  /** 7.1 MB seen; all names of one file together. */
  strings_bytes_max: 32 * 1024 * 1024,
  /** Types, members of instance types, aliases, instances and canonical functions of one file together. */
  type_entries_max: 300_000,
  /** Members of imported instance types that are read; 61 seen in one interface, 31 interfaces in WASI 0.2. */
  interface_members_max: 10_000,
  /** A metadata section longer than this is reported and not read. */
  metadata_section_bytes_max: 4 * 1024 * 1024,
  /** Producers, features or dependencies of one section; beyond this the section counts as unreadable. */
  metadata_entries_max: 10_000,
  /** A list of dependencies inflates to no more than this; about 100 bytes for each crate. */
  metadata_inflated_bytes_max: 512 * 1024,
  /**
   * Compressed blocks of that list. The codes of a block cost thousands of times what its few bytes weigh, and a block
   * may say nothing; no compressor writes blocks of fewer than 128 symbols, so 512 KiB that do not compress fit.
   */
  metadata_blocks_max: 4_096,
} as const;

export type LimitName = keyof typeof LIMITS;
/** Limits may be lowered, never raised. */
export type Limits = { readonly [name in LimitName]: number };
