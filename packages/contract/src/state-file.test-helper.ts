/** `state.json` written and read in one go, and entries for it. */
import { encodeUtf8, startSha256 } from "@tau-edge/encoding";
import type { DeliverableEntry } from "./deliverable-entry.ts";
import type { StateRefusal } from "./state-document.ts";
import type { StateFacts, StateVisitor } from "./state-facts.ts";
import { type ProjectedState, projectState, type StateChange } from "./state-file.ts";
import { readState } from "./state-reader.ts";

export type Written = ProjectedState & { readonly bytes: Uint8Array };

export const entry = (blueprint: string, digit = "a", changes: Partial<DeliverableEntry> = {}): DeliverableEntry => ({
  schema_version: 1,
  blueprint_id: blueprint,
  deploy_target: "wasm",
  runtime_profile: "wasm_wasi",
  constraint_profile_id: "control_plane_gateway_v1",
  required_abi: "wasi:*",
  required_feature_gates: ["no_native_process_exec"],
  artifact_path: `wasm-artifacts/${blueprint}/${digit.repeat(64)}.wasm`,
  manifest_path: `wasm-artifacts/${blueprint}/${digit.repeat(64)}.manifest.json`,
  artifact_sha256: digit.repeat(64),
  artifact_size_bytes: 8,
  generated_unix_ms: 315_532_800_000,
  ...changes,
});

export const at = (seq: number) => ({ seq, record_hash: "f".repeat(64) });

export const bytesOf = (file: string | Uint8Array): Uint8Array => (typeof file === "string" ? encodeUtf8(file) : file);

/** Puts the ledger's deliverables into the file, which must not refuse that. */
export function write(existing: string | Uint8Array | undefined, entries: DeliverableEntry[], seq = 0): Written {
  return accepted(attempt(existing, entries, seq));
}

export function attempt(
  existing: string | Uint8Array | undefined,
  entries: DeliverableEntry[] = [],
  seq = 0,
): Written | StateRefusal {
  return project(existing, { kind: "deliverables", entries, position: at(seq) });
}

export function accepted(result: Written | StateRefusal): Written {
  if (result.outcome === "refused") throw new Error(`${result.code} at ${result.at}: ${result.detail}`);
  return result;
}

/** @param chunk_bytes how much of the file comes at once */
export function project(
  existing: string | Uint8Array | undefined,
  change: StateChange,
  chunk_bytes = Number.MAX_SAFE_INTEGER,
): Written | StateRefusal {
  const chunks = existing === undefined ? undefined : chunksOf(bytesOf(existing), chunk_bytes);
  const { bytes, result } = collect(projectState(chunks, change, startSha256));
  return result.outcome === "refused" ? result : { ...result, bytes };
}

export function read(
  file: string | Uint8Array,
  visitor: StateVisitor = {},
  chunk_bytes = Number.MAX_SAFE_INTEGER,
): StateFacts | StateRefusal {
  return readState(chunksOf(bytesOf(file), chunk_bytes), visitor, startSha256);
}

export function collect<T>(blocks: Generator<Uint8Array, T, undefined>): {
  readonly bytes: Uint8Array;
  readonly result: T;
} {
  const pieces: Uint8Array[] = [];
  for (let block = blocks.next(); ; block = blocks.next()) {
    if (block.done === true) return { bytes: concatenated(pieces), result: block.value };
    pieces.push(block.value);
  }
}

/** The chunks share one buffer, as those of a reader of files do. */
export function* chunksOf(bytes: Uint8Array, chunk_bytes: number): Generator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(Math.min(chunk_bytes, bytes.length));
  for (let from = 0; from === 0 || from < bytes.length; from += chunk_bytes) {
    const chunk = bytes.subarray(from, from + chunk_bytes);
    buffer.set(chunk);
    yield buffer.subarray(0, chunk.length);
  }
}

export function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
