/**
 * What `inspect` answers: facts about one binary, in the order in which the bytes give them. Nothing here is a
 * judgement; `@tau-edge/manifest` judges. Names are snake_case because the whole record is printed as JSON.
 *
 * Requirements are the imports of the OUTERMOST binary only (Component Model, Binary.md, `importsec`): what nested
 * binaries import is wired inside the component and is reported apart, in `nested`.
 */

export type BinaryKind = "module" | "component" | "wit_package";

/** Core kinds (core spec 5.5.5) and component kinds (Component Model Binary.md, `externdesc`). */
export type CoreExternKind = "func" | "table" | "memory" | "global" | "tag";
export type ComponentExternKind = "core_module" | "func" | "value" | "type" | "component" | "instance";
export type ExternKind = CoreExternKind | ComponentExternKind;

export interface ImportFact {
  /** The name as written. Of a core import, its module name. */
  readonly name: string;
  /** Of a core import, its field name; absent on component imports. */
  readonly field?: string;
  readonly kind: ExternKind;
  /** What the host will link: `implements` where given, else `name`. */
  readonly effective_name: string;
  /** The `implements` attribute (name attribute 0x00). */
  readonly implements?: string;
  /** The `versionsuffix` attribute (name attribute 0x01), such as `.3` after a name that ends in `@0.2`. */
  readonly version_suffix?: string;
  /** The `external-id` attribute (name attribute 0x02): an arbitrary string that nobody has checked. */
  readonly external_id?: string;
  /** Byte offset of the import in the outermost binary. */
  readonly at: number;
}

export interface ExportFact {
  readonly name: string;
  readonly kind: ExternKind;
  readonly at: number;
}

/** What a host can start or call: read from exports, `http_middleware` from an export and an import together. */
export type Role = "command" | "reactor" | "http_server" | "http_middleware";

/** How the version of an interface relates to the WASI releases that this reader knows. */
export type WasiTrack = "0.2" | "0.3" | "prerelease" | "other" | "none";

export interface InterfaceFact {
  /** Effective name with its version, such as `wasi:http/types@0.2.3`. */
  readonly name: string;
  readonly namespace: string;
  readonly package: string;
  readonly interface: string;
  /** Absent when the name carries none. Includes the version suffix: `@0.2` + `.3` reads `0.2.3`. */
  readonly version?: string;
  readonly track: WasiTrack;
  /** True when the table of WASI interfaces lists this interface in this track. */
  readonly known: boolean;
  /** Functions that the instance type (or the core imports of that module name) mention, sorted by UTF-8 bytes. */
  readonly functions: readonly string[];
}

/** Vocabulary of what a component can reach through its imports; the rows are in wasi-capabilities.ts. */
export type Capability =
  | "args"
  | "clock.monotonic"
  | "clock.wall"
  | "cwd"
  | "env"
  | "exit"
  | "filesystem.handle"
  | "filesystem.open"
  | "http.client"
  | "network.ambient"
  | "random.insecure"
  | "random.secure"
  | "sockets.dns"
  | "sockets.tcp"
  | "sockets.udp"
  | "stdio"
  | "timers"
  | "tty";

export interface NestedFact {
  /** Position in the tree, such as `component/0/module/2`; indexes count per kind within the parent. */
  readonly path: string;
  readonly kind: "module" | "component";
  /** Byte offset of its preamble in the outermost binary, and its length. */
  readonly at: number;
  readonly size_bytes: number;
  /** Distinct import module names (or component import names), sorted by UTF-8 bytes. */
  readonly import_names: readonly string[];
  readonly import_count: number;
  readonly export_count: number;
}

export interface ProducerField {
  /** `language`, `processed-by`, `sdk`, or whatever the section says. */
  readonly field: string;
  readonly values: readonly { readonly name: string; readonly version: string }[];
}

export interface MetadataFact {
  /** Module or component name from the `name` section. */
  readonly name?: string;
  readonly producers: readonly ProducerField[];
  /** Text of the registry-metadata sections of the outermost binary: authors, description, licenses, … */
  readonly registry: { readonly [key: string]: string };
  /** Package names and versions from a `.dep-v0` section (cargo-auditable), when it could be read. */
  readonly dependencies?: readonly { readonly name: string; readonly version: string; readonly source?: string }[];
  readonly target_features?: readonly string[];
  /** `component-type:*` names: a core module that still waits for `component new`. */
  readonly component_types: readonly string[];
  /** Every custom section of the outermost binary in file order, names only, with sizes. */
  readonly custom_sections: readonly { readonly name: string; readonly at: number; readonly size_bytes: number }[];
}

/** Something odd that does not make the binary malformed (a custom section that cannot be read, say). */
export interface Warning {
  readonly code: WarningCode;
  readonly at: number;
  readonly path: string;
}

export type WarningCode =
  | "custom_section_unreadable"
  | "embedded_preview1_adapter"
  | "exports_not_listed"
  /**
   * What an imported instance reaches could not be told, because its type is behind an alias or holds instances,
   * components or core modules; all functions that WASI defines there are assumed.
   */
  | "instance_type_unresolved"
  | "awaits_component_new";

/** WebAssembly proposals beyond the first release (core spec 1.0) whose use was seen in the bytes. */
export type WasmFeature =
  | "bulk_memory"
  | "compact_imports"
  | "custom_descriptors"
  | "custom_page_sizes"
  | "exceptions"
  | "extended_const"
  | "function_references"
  | "gc"
  | "legacy_exceptions"
  | "memory64"
  | "multi_memory"
  | "multi_value"
  | "mutable_globals"
  | "reference_types"
  | "relaxed_simd"
  | "saturating_float_to_int"
  | "shared_everything_threads"
  | "sign_extension"
  | "simd"
  | "stack_switching"
  | "tail_call"
  | "threads"
  | "wide_arithmetic";

export interface Inspection {
  readonly schema_version: 1;
  readonly kind: BinaryKind;
  readonly size_bytes: number;
  /** In file order. */
  readonly imports: readonly ImportFact[];
  /** In file order, at most LIMITS.exports_listed_max of them; `export_count` counts all. */
  readonly exports: readonly ExportFact[];
  readonly export_count: number;
  /** Sorted. */
  readonly roles: readonly Role[];
  /** Imported interfaces, sorted by name in UTF-8 byte order. */
  readonly interfaces: readonly InterfaceFact[];
  /** Sorted. */
  readonly capabilities: readonly Capability[];
  /** Depth first, in file order. */
  readonly nested: readonly NestedFact[];
  readonly metadata: MetadataFact;
  readonly warnings: readonly Warning[];
  /** Sorted; present only when `inspect` was asked for features. Covers nested modules too. */
  readonly features?: readonly WasmFeature[];
}
