/** Fixtures for tests: a case that runs, what to change in it, and how it is read. */
import { encodeUtf8, type JsonValue } from "@tau-edge/encoding";
import type { ContractCase } from "./case.ts";
import { type FixtureFacts, FixtureReader, type ReadCaseRow } from "./fixture-reader.ts";
import { readCase } from "./read-case.ts";
import type { FixtureRefusal } from "./refusals.ts";

export type JsonMap = { readonly [key: string]: JsonValue };

export const BODY: JsonMap = {
  status: "accepted",
  blueprint_id: "edge-wasm",
  deploy_target: "wasm",
  runtime_profile: "wasm_wasi",
  environment: "production",
  region: "iad",
  replicas: 2,
  rollout_strategy: "canary",
  artifact: "edge/runtime.wasm",
};

/** A case for `wasm` as it stands in a file. */
export const WASM_CASE = {
  case_id: "deployment-wasm-edge",
  deploy_target: "wasm",
  runtime_profile: "wasm_wasi",
  blueprint_id: "edge-wasm",
  environment: "production",
  region: "iad",
  wasm_module: "edge/runtime.wasm",
  replicas: 2,
  expected: { outcome: "success", status_code: 201, response_body: BODY },
} as const;

/** What is expected of a case that is refused as S1 refuses it. */
export function rejection(status_code: number, error_code: string, reason: string): JsonMap {
  return { outcome: "malformed_input", status_code, error_code, response_body: { status: "rejected", reason } };
}

export const RETRYABLE: JsonMap = {
  outcome: "retryable_failure",
  status_code: 503,
  error_code: "deployment_backend_unavailable",
  response_body: { status: "retryable", reason: "control_plane_unavailable" },
};

/** @param changes fields in place of those of `WASM_CASE`; `expected` is merged, `undefined` takes a field away */
export function caseJson(changes: { readonly [key: string]: unknown } = {}): JsonMap {
  const { expected, ...rest } = changes;
  const merged = isMap(expected) ? { ...WASM_CASE.expected, ...expected } : WASM_CASE.expected;
  const whole = {
    ...WASM_CASE,
    ...rest,
    expected: Object.hasOwn(changes, "expected") && !isMap(expected) ? expected : merged,
  };
  return JSON.parse(JSON.stringify(whole));
}

export function fixtureJson(cases: readonly unknown[], changes: { readonly [key: string]: unknown } = {}): JsonMap {
  return JSON.parse(JSON.stringify({ schema_version: 1, name: "test", cases, ...changes }));
}

/** @throws TypeError when it is refused */
export function aCase(changes: { readonly [key: string]: unknown } = {}): ContractCase {
  const read = readCase(encodeUtf8(JSON.stringify(caseJson(changes))), 0, 0);
  if (read.outcome === "refused") throw new TypeError(`${read.code} at ${read.at}: ${read.detail}`);
  return read.case;
}

export interface ReadFixture {
  readonly result: FixtureFacts | FixtureRefusal;
  readonly rows: readonly ReadCaseRow[];
}

/** Reads as a runner does: rows are staged by their trimmed id, in chunks of the given size. */
export function readFixture(document: JsonMap | string | Uint8Array, chunkBytes = 1 << 16): ReadFixture {
  const bytes =
    document instanceof Uint8Array
      ? document
      : encodeUtf8(typeof document === "string" ? document : JSON.stringify(document));
  const reader = new FixtureReader();
  const staged = new Set<string>();
  const rows: ReadCaseRow[] = [];
  for (let from = 0; from < bytes.length; from += chunkBytes)
    for (const row of reader.push(bytes.subarray(from, from + chunkBytes))) {
      if (staged.has(row.trimmed_id)) reader.duplicate(row);
      staged.add(row.trimmed_id);
      rows.push(row);
    }
  return { result: reader.end(), rows };
}

function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
