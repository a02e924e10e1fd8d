/** What must hold for any bytes at all: a coded error or an inspection, the same one twice, and nested ones alike. */
import { type Inspection, inspect, WasmError } from "@tau-edge/wasm";
import { loadFixtures } from "../../wasm-fixtures/fixtures.ts";
import { readSpecCases } from "../conformance/spec-cases.ts";

export type Outcome = WasmError["code"] | "read";

/** Larger fixtures would spend the time on copying. */
const CORPUS_BYTES_MAX = 64 * 1024;

export function loadCorpus(): readonly Uint8Array[] {
  // What is malformed already would be refused for the old reason.
  const cases = (file: string) => readSpecCases(file).filter(({ expected }) => expected !== "malformed");
  return [
    ...cases("wasm-spec-cases.jsonl.gz").map(({ bytes }) => bytes),
    // Components are fewer and have more forms: each counts several times.
    ...new Array(6).fill(cases("component-model-cases.jsonl.gz").map(({ bytes }) => bytes)).flat(),
    ...new Array(20).fill(loadFixtures().map(({ bytes }) => Uint8Array.from(bytes))).flat(),
  ].filter(({ length }) => length > 0 && length <= CORPUS_BYTES_MAX);
}

/** Throws when the reader breaks its word. */
export function check(bytes: Uint8Array, features: boolean): Outcome {
  const first = attempt(bytes, features);
  const second = attempt(bytes, features);
  if (JSON.stringify(describe(first)) !== JSON.stringify(describe(second))) {
    throw new Error("the same bytes gave two answers");
  }
  if (first instanceof WasmError) {
    if (first.at < 0 || first.at > bytes.length) throw new Error(`${first.code} at ${first.at} is outside of the file`);
    return first.code;
  }
  for (const nested of first.nested) checkNested(bytes, nested);
  return "read";
}

/** Only WasmError may be thrown: anything else leaves here as it is. */
function attempt(bytes: Uint8Array, features: boolean): Inspection | WasmError {
  try {
    return inspect(bytes, { features });
  } catch (error) {
    if (error instanceof WasmError) return error;
    throw error;
  }
}

function describe(result: Inspection | WasmError): unknown {
  return result instanceof WasmError ? [result.code, result.at, result.path] : result;
}

/** A nested module stands on its own: cut out, it is read, and says the same of itself. */
function checkNested(
  bytes: Uint8Array,
  { path, kind, at, size_bytes, import_count, export_count }: Inspection["nested"][number],
): void {
  // A component may refer to its surroundings, so only modules can be cut out.
  if (kind !== "module") return;
  const alone = inspect(bytes.subarray(at, at + size_bytes));
  if (alone.imports.length !== import_count || alone.export_count !== export_count) {
    throw new Error(`${path} says something else when it stands alone`);
  }
}
