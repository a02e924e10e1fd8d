/** What a hostile input is: bytes made by a function, and the error that they must give. */
import type { WasmErrorCode } from "@tau-edge/wasm";

export interface HostileInput {
  readonly name: string;
  /** Why somebody would send it. */
  readonly why: string;
  make(): Uint8Array;
  readonly code: WasmErrorCode;
  /** Byte offset of the offender, where one place is the only right answer. */
  readonly at?: number;
  readonly path?: string;
  /** For E_FEATURE. */
  readonly feature?: string;
}
