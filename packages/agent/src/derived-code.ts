/**
 * What was made from a component so that a JavaScript engine can run it: a list that the release names by its digest,
 * and the files that the list names by theirs. Nothing of it is run before all of it is verified (decisions 16).
 *
 * The manifest package reads the same list, and refuses bytes that it would not have written. Here the digest has said
 * already that they are those of the release, and the writer would weigh a tenth of an agent.
 */
import { type Digest, isDigest, type JsonValue } from "@tau-edge/encoding";
import { isObject, type JsonObject, readJsonBytes } from "./answers.ts";
import { fetchContent, type SendForContent } from "./content.ts";
import { AgentError } from "./errors.ts";
import { AGENT_LIMITS } from "./limits.ts";

export interface DerivedFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Every file is what the list says. */
export interface DerivedCode {
  readonly artifact: Digest;
  /** Name and version of what made it. */
  readonly transpiler: string;
  /** The one file of JavaScript. */
  readonly entry: DerivedFile;
  /** Core modules, by the names under which the entry asks for them. */
  readonly modules: readonly DerivedFile[];
}

interface ListedFile {
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: number;
}

export interface DerivedRequest {
  readonly derived: Digest;
  /** What it must have been made from. */
  readonly artifact: Digest;
  readonly signal?: AbortSignal | undefined;
}

/** @throws AgentError `derived_malformed`, `derived_contradiction`, and what fetching throws */
export async function fetchDerivedCode(send: SendForContent, request: DerivedRequest): Promise<DerivedCode> {
  const { derived, artifact, signal } = request;
  const bytes = await fetchContent(send, {
    path: derivedPath(derived),
    digest: derived,
    bytesMax: AGENT_LIMITS.derived_bytes_max,
    signal,
  });
  const list = readList(bytes);
  const { transpiler, files, artifact_digest } = list;
  if (artifact_digest !== artifact) throw new AgentError("derived_contradiction");
  const fetched = await Promise.all(
    files.map(async ({ path, digest, bytes: sizeBytes }) => ({
      path,
      bytes: await fetchContent(send, { path: derivedPath(digest), digest, sizeBytes, bytesMax: sizeBytes, signal }),
    })),
  );
  const entry = fetched.find(({ path }) => path === list.entry);
  const modules = fetched.filter(({ path }) => path.endsWith(".wasm"));
  // Scripts that import each other by path would have to be rewritten, and then be no longer what was verified.
  if (entry === undefined || modules.includes(entry) || modules.length + 1 < fetched.length)
    throw malformed("entry", "There must be one file of JavaScript, and beside it core modules only");
  return { artifact, transpiler, entry, modules };
}

function derivedPath(digest: Digest): string {
  return `/v1/objects/${digest}`;
}

function readList(bytes: Uint8Array) {
  const list = readJsonBytes(bytes, "derived_malformed");
  if (!isObject(list) || list["v"] !== 1) throw malformed("v");
  const { artifact_digest, transpiler, version, entry, files } = list;
  if (typeof artifact_digest !== "string" || !isDigest(artifact_digest)) throw malformed("artifact_digest");
  if (typeof transpiler !== "string" || typeof version !== "string") throw malformed("transpiler");
  if (!Array.isArray(files) || files.length === 0 || files.length > AGENT_LIMITS.derived_files_max)
    throw malformed("files");
  const listed = files.map(readFile);
  if (new Set(listed.map(({ path }) => path)).size < listed.length) throw malformed("files", "Two files have one path");
  const total = listed.reduce((sum, file) => sum + file.bytes, 0);
  if (total > AGENT_LIMITS.derived_files_bytes_max)
    throw new AgentError("content_too_long", `The derived code has ${total} bytes`);
  return { artifact_digest, transpiler: `${transpiler} ${version}`, entry, files: listed };
}

function readFile(value: JsonValue): ListedFile {
  const file: JsonObject = isObject(value) ? value : {};
  const { path, sha256, bytes } = file;
  if (typeof path !== "string" || path === "" || path.length > AGENT_LIMITS.derived_path_chars_max)
    throw malformed("path");
  if (typeof sha256 !== "string" || !isDigest(sha256)) throw malformed("sha256");
  if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0) throw malformed("bytes");
  return { path, digest: sha256, bytes };
}

function malformed(at: string, detail = `\`${at}\` of the list of derived code is missing or wrong`): AgentError {
  return new AgentError("derived_malformed", detail);
}
