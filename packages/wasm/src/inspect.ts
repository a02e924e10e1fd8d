/**
 * What is in this binary? One synchronous pass over one buffer; the same bytes give the same answer on every runtime.
 */
import { Cursor } from "./cursor.ts";
import { WasmError } from "./errors.ts";
import type { Inspection } from "./inspection.ts";
import { LIMITS, type Limits } from "./limits.ts";
import { readPreamble } from "./preamble.ts";

export interface InspectOptions {
  /** Also scan function bodies for WebAssembly proposals. Default: no. */
  readonly features?: boolean;
  /** Limits may be lowered, never raised. */
  readonly limits?: Partial<Limits>;
}

/** Throws WasmError on malformed or refused bytes. */
export function inspect(bytes: Uint8Array, _options: InspectOptions = {}): Inspection {
  if (bytes.length > LIMITS.size_bytes_max) throw new WasmError("E_LIMIT_SIZE", 0, "", "the file is too large");
  const kind = readPreamble(new Cursor(bytes, 0, bytes.length, ""));
  return {
    schema_version: 1,
    kind,
    size_bytes: bytes.length,
    imports: [],
    exports: [],
    export_count: 0,
    roles: [],
    interfaces: [],
    capabilities: [],
    nested: [],
    metadata: { producers: [], registry: {}, component_types: [], custom_sections: [] },
    warnings: [],
  };
}
