/** What is in a binary, whether the default profile takes it, and whether a manifest beside it tells the truth. */
import { digestOf, sha256 } from "@tau-edge/encoding";
import {
  builtinProfile,
  checkManifest,
  DEFAULT_PROFILE,
  judge,
  judgeMalformed,
  ManifestError,
  manifestHolds,
  type Reason,
  readManifest,
} from "@tau-edge/manifest";
import { type Inspection, inspect, WasmError } from "@tau-edge/wasm";

export interface Finding {
  readonly title: string;
  readonly tone: "good" | "bad" | "warn";
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly lists: readonly (readonly [name: string, items: readonly string[]])[];
}

/** More than this is not read into a page. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const LISTED_MAX = 200;

export async function lookInto(files: readonly File[]): Promise<readonly Finding[]> {
  const large = files.find(({ size }) => size > FILE_BYTES_MAX);
  if (large !== undefined) return [bad(`${large.name} is larger than 64 MiB`)];
  const read = await Promise.all(
    files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
  const artifact = read.find(({ name }) => !name.endsWith(".json"));
  const manifest = read.find(({ name }) => name.endsWith(".json"));
  if (artifact === undefined) return [bad("A manifest alone says nothing: drop its .wasm with it")];
  const inspected = inspectBytes(artifact.bytes);
  const findings = [binaryFinding(artifact.name, artifact.bytes, inspected)];
  if (manifest !== undefined) findings.push(manifestFinding(manifest.bytes, artifact.bytes, inspected));
  return findings;
}

function inspectBytes(bytes: Uint8Array): Inspection | WasmError {
  try {
    return inspect(bytes);
  } catch (error) {
    if (error instanceof WasmError) return error;
    throw error;
  }
}

function binaryFinding(name: string, bytes: Uint8Array, found: Inspection | WasmError): Finding {
  const digest = digestOf(sha256(bytes));
  const size = `${bytes.length.toLocaleString()} bytes`;
  const profile = DEFAULT_PROFILE;
  const malformed = found instanceof WasmError;
  const verdict = malformed ? judgeMalformed(found, profile) : judge(found, profile);
  const kind = malformed ? "cannot be read" : found.kind;
  return {
    title: `${name}: ${verdict.compliance.replaceAll("_", " ")}`,
    tone: verdict.compliant ? "good" : "bad",
    facts: [
      ["kind", kind],
      ["size", size],
      ["digest", digest],
      ["profile", profile.profile_id],
      ...(malformed ? [] : ([["reaches", found.capabilities.join(", ") || "nothing"]] as const)),
    ],
    lists: [
      ["Reasons", verdict.reasons.map(reasonLine)],
      ["Imports", malformed ? [] : listed(found.imports.map(({ effective_name }) => effective_name))],
      ["Exports", malformed ? [] : listed(found.exports.map((item) => `${item.name} (${item.kind})`))],
    ],
  };
}

function reasonLine({ code, subject, at, remedy }: Reason): string {
  const where = at === undefined ? "" : ` at byte ${at}`;
  return `${code}${subject === undefined ? "" : `: ${subject}`}${where}. ${remedy}`;
}

function listed(names: readonly string[]): readonly string[] {
  const distinct = [...new Set(names)];
  const rest = distinct.length - LISTED_MAX;
  return rest > 0 ? [...distinct.slice(0, LISTED_MAX), `and ${rest} more`] : distinct;
}

function manifestFinding(bytes: Uint8Array, artifact: Uint8Array, found: Inspection | WasmError): Finding {
  try {
    const read = readManifest(bytes);
    const inspection = found instanceof WasmError ? undefined : found;
    const named = read.manifest.tau_edge?.profile_id;
    const profile = named === undefined ? undefined : builtinProfile(named);
    const known = profile === undefined ? {} : { profile };
    const mismatches = checkManifest({ read, artifact, inspection, ...known }, sha256);
    const holds = manifestHolds(mismatches) && inspection !== undefined;
    return {
      title: holds ? "The manifest is true of these bytes" : "The manifest is not true of these bytes",
      tone: holds ? "good" : "bad",
      facts: [
        ["blueprint", read.manifest.blueprint_id],
        ["digest", digestOf(sha256(bytes))],
      ],
      lists: [["Differences", mismatches.map(({ code, at }) => `${code} at ${at}`)]],
    };
  } catch (error) {
    if (error instanceof ManifestError) return bad(`The manifest cannot be read: ${error.message}`);
    throw error;
  }
}

function bad(title: string): Finding {
  return { title, tone: "bad", facts: [], lists: [] };
}
