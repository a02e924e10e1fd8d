/** Public names of @tau-edge/wasm: what is in this binary? */
export { WASM_ERROR_MEANINGS, WasmError, type WasmErrorCode } from "./errors.ts";
export { type InspectOptions, inspect } from "./inspect.ts";
export type {
  BinaryKind,
  Capability,
  ComponentExternKind,
  CoreExternKind,
  ExportFact,
  ExternKind,
  ImportFact,
  Inspection,
  InterfaceFact,
  MetadataFact,
  NestedFact,
  ProducerField,
  Role,
  Warning,
  WarningCode,
  WasiTrack,
  WasmFeature,
} from "./inspection.ts";
export { LIMITS, type LimitName, type Limits } from "./limits.ts";
export { type ExternName, type InterfaceName, parseExternName, parseInterfaceName } from "./names.ts";
export { CAPABILITY_ROWS } from "./wasi/wasi-capabilities.ts";
export {
  isKnownInterface,
  lookUpInterface,
  TABLE_REVISION,
  WASI_TABLE,
  WASI_WORLDS,
  type WasiInterface,
} from "./wasi/wasi-table.ts";
export { areCompatible, versionTrack, wasiTrack } from "./wasi/wasi-version.ts";
