/**
 * Does every runtime give the same bytes? A plain function over files: for each one the canonical JSON of its
 * inspection (without and with features), of its verdict under every built-in profile, and the manifests of those that
 * admit it, each as a SHA-256. Nothing here knows where it runs.
 */
import { digestOf, type Sha256, toHex, writeCanonicalJson } from "@tau-edge/encoding";
import {
  BUILTIN_PROFILES,
  buildManifest,
  FIXED_UNIX_MS,
  judge,
  judgeMalformed,
  type Profile,
  type Verdict,
} from "@tau-edge/manifest";
import { type Inspection, inspect, WasmError } from "@tau-edge/wasm";

export interface IdentityInput {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Hex digests. A file that cannot be read has the digest of its error in place of an inspection, and no manifests. */
export interface IdentityRow {
  readonly inspection: string;
  readonly inspection_with_features: string;
  readonly verdicts: string;
  readonly manifests: string;
}

export interface Identity {
  /** Over all rows, in the order of their names. */
  readonly all: string;
  readonly rows: { readonly [name: string]: IdentityRow };
}

export function identityOf(inputs: readonly IdentityInput[], sha256: Sha256): Identity {
  const hash = (value: unknown): string => toHex(sha256(writeCanonicalJson(value)));
  const rows = Object.fromEntries(inputs.map((input) => [input.name, rowOf(input, hash, sha256)]));
  return { all: hash(rows), rows };
}

function rowOf(input: IdentityInput, hash: (value: unknown) => string, sha256: Sha256): IdentityRow {
  const surface = inspectOrError(input.bytes, false);
  const featured = inspectOrError(input.bytes, true);
  const judged = (profile: Profile): Verdict =>
    surface instanceof WasmError ? judgeMalformed(surface, profile) : judge(surface, profile);
  return {
    inspection: hash(printable(surface)),
    inspection_with_features: hash(printable(featured)),
    verdicts: hash(BUILTIN_PROFILES.map(judged)),
    manifests: hash(surface instanceof WasmError ? [] : manifestsOf(input, surface, sha256)),
  };
}

function inspectOrError(bytes: Uint8Array, features: boolean): Inspection | WasmError {
  try {
    return inspect(bytes, { features });
  } catch (error) {
    if (error instanceof WasmError) return error;
    throw error;
  }
}

/** Of an error what is public API: its message is for people and may change. */
function printable(found: Inspection | WasmError): unknown {
  if (!(found instanceof WasmError)) return found;
  const { code, at, path, feature } = found;
  return { code, at, path, ...(feature !== undefined && { feature }) };
}

/** The text of each manifest, in the order of the profiles that admit the file. */
function manifestsOf(input: IdentityInput, inspection: Inspection, sha256: Sha256): readonly string[] {
  const texts: string[] = [];
  for (const profile of BUILTIN_PROFILES) {
    const verdict = judge(inspection, profile);
    if (!verdict.compliant) continue;
    const built = buildManifest(
      {
        blueprint_id: "identity",
        source_name: `${input.name}.wasm`,
        artifact: digestOf(sha256(input.bytes)),
        inspection,
        profile,
        verdict,
        generated_unix_ms: FIXED_UNIX_MS,
      },
      sha256,
    );
    texts.push(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(built.bytes));
  }
  return texts;
}

/** Names of rows that differ or stand on one side only: what a failing runtime prints. */
export function differences(expected: Identity, actual: Identity): readonly string[] {
  const names = new Set([...Object.keys(expected.rows), ...Object.keys(actual.rows)]);
  const text = (row: IdentityRow | undefined): string => (row === undefined ? "absent" : JSON.stringify(row));
  const found = [...names].filter((name) => text(expected.rows[name]) !== text(actual.rows[name]));
  return found.length === 0 && expected.all !== actual.all ? ["(all)"] : found;
}

/** The error rows beside the fixtures: small hostile inputs, whose codes and offsets must agree too. */
export const hostileInputs = (
  inputs: readonly { readonly name: string; make(): Uint8Array }[],
): readonly IdentityInput[] => inputs.map((input) => ({ name: `hostile/${input.name}`, bytes: input.make() }));
