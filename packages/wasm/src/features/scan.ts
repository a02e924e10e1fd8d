/**
 * Which WebAssembly proposals does a core module need? Decodes every instruction and every declaration, checks no
 * types. What it finds is what the bytes use, not what the toolchain claims in `target_features`.
 */
import { Cursor } from "../cursor.ts";
import type { WasmFeature } from "../inspection.ts";
import { scanCode } from "./code.ts";
import {
  ModuleFeatures,
  type ScanEntries,
  scanData,
  scanDataCount,
  scanElements,
  scanExports,
  scanGlobals,
  scanImports,
  scanMemories,
  scanTables,
  scanTags,
  scanTypes,
} from "./declarations.ts";

const PREAMBLE_BYTES = 8;

/** Sections whose entries can need a proposal; function (3) and start (8) hold indices only. */
const BY_ID: ReadonlyMap<number, ScanEntries> = new Map([
  [1, scanTypes],
  [2, scanImports],
  [4, scanTables],
  [5, scanMemories],
  [6, scanGlobals],
  [7, scanExports],
  [9, scanElements],
  [10, scanCode],
  [11, scanData],
  [12, scanDataCount],
  [13, scanTags],
]);

/**
 * `[start, end)` is one whole core module, preamble included, whose sections the surface reader has walked. Adds what
 * it needs to `found`; throws WasmError where an instruction or a declaration cannot be decoded.
 */
export function scanModuleFeatures(
  bytes: Uint8Array,
  start: number,
  end: number,
  path: string,
  found: Set<WasmFeature>,
): void {
  const cursor = new Cursor(bytes, start, end, path);
  cursor.skip(PREAMBLE_BYTES);
  const module = new ModuleFeatures();
  while (cursor.remaining > 0) {
    const id = cursor.u8();
    const size = cursor.u32();
    const contents = new Cursor(bytes, cursor.offset, cursor.offset + size, path);
    cursor.skip(size);
    const scan = BY_ID.get(id);
    if (scan === undefined) continue;
    scan(contents, module);
    if (contents.remaining > 0) contents.fail("E_SECTION_TRAILING", `section ${id} has bytes after its last entry`);
  }
  module.addTo(found);
}
