/**
 * Code that a tool made of an artifact, such as the JavaScript of a transpiled component (decisions 16). Browsers run it
 * in the artifact's place, so every file of it is named by digest, and a release names this document by its own.
 *
 * Written without the schema library: browser agents read it, and would carry the library for this alone.
 */
import {
  compareUtf8,
  type Digest,
  EncodingError,
  equalBytes,
  isDigest,
  type JsonValue,
  readJson,
  utf8Length,
  writeCanonicalJson,
} from "@tau-edge/encoding";
import { ManifestError } from "./errors.ts";
import { MANIFEST_LIMITS } from "./limits.ts";

export interface DerivedFile {
  /** Relative and plain: `x.js`, `interfaces/x.core.wasm`. */
  readonly path: string;
  readonly sha256: Digest;
  readonly bytes: number;
}

export interface DerivedCode {
  readonly v: 1;
  readonly artifact_digest: Digest;
  /** Who made it, such as `jco`, and of which version. */
  readonly transpiler: string;
  readonly version: string;
  /** As they were given, in order. */
  readonly options: readonly string[];
  /** The path of the module that exports what the component exports. */
  readonly entry: string;
  /** Sorted by path (UTF-8). */
  readonly files: readonly DerivedFile[];
}

const REMEDY = "Make it anew: `tau-edge release create --help` shows how derived code is given.";
const KEYS = ["v", "artifact_digest", "transpiler", "version", "options", "entry", "files"];
const FILE_KEYS = ["path", "sha256", "bytes"];
/** Each part begins with a letter, a digit or `_`: no `..`, no hidden file, no drive, nothing absolute. */
const PATH = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/;
const WORD = /^[A-Za-z0-9@][A-Za-z0-9@/._+-]*$/;

/** RFC 8785 bytes. @throws ManifestError `derived_field` */
export function writeDerivedCode(code: DerivedCode): Uint8Array {
  const files = code.files.toSorted((a, b) => compareUtf8(a.path, b.path)).map((file) => ({ ...file }));
  const document = { ...code, options: [...code.options], files };
  check(document);
  return writeCanonicalJson(document);
}

/**
 * Only what `writeDerivedCode` writes is read. That the bytes have the digest they were asked for by is the caller's to
 * check.
 * @throws ManifestError `derived_too_large`, `derived_syntax`, `derived_newer`, `derived_field`
 */
export function readDerivedCode(bytes: Uint8Array): DerivedCode {
  const document = readDocument(bytes);
  if (isObject(document) && typeof document["v"] === "number" && document["v"] > 1)
    throw new ManifestError("derived_newer", "$.v", "Derived code of a newer form", "Update this program.");
  const code = check(document);
  if (!equalBytes(writeDerivedCode(code), bytes))
    throw new ManifestError("derived_syntax", "$", "The bytes are not the canonical ones (RFC 8785)", REMEDY);
  return code;
}

function readDocument(bytes: Uint8Array): JsonValue {
  const max = MANIFEST_LIMITS.derived_bytes_max;
  if (bytes.length > max)
    throw new ManifestError("derived_too_large", "$", `${bytes.length} bytes, at most ${max} are read`, REMEDY);
  try {
    return readJson(bytes);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new ManifestError("derived_syntax", String(error.at), error.message, REMEDY, error);
  }
}

function check(value: JsonValue): DerivedCode {
  const { v, artifact_digest, transpiler, version, options, entry, files } = fieldsOf(value, KEYS, "$");
  if (v !== 1) throw refuse("$.v", "The form is not 1");
  const read: DerivedCode = {
    v,
    artifact_digest: digest(artifact_digest, "$.artifact_digest"),
    transpiler: matching(transpiler, WORD, MANIFEST_LIMITS.derived_word_chars_max, "$.transpiler"),
    version: matching(version, WORD, MANIFEST_LIMITS.derived_word_chars_max, "$.version"),
    options: list(options, MANIFEST_LIMITS.derived_options_max, "$.options").map((option, nth) =>
      text(option, MANIFEST_LIMITS.derived_option_bytes_max, `$.options[${nth}]`),
    ),
    entry: path(entry, "$.entry"),
    files: list(files, MANIFEST_LIMITS.derived_files_max, "$.files").map((file, nth) =>
      fileOf(file, `$.files[${nth}]`),
    ),
  };
  const paths = new Set(read.files.map((file) => file.path));
  if (paths.size !== read.files.length) throw refuse("$.files", "Two files have one path");
  if (!paths.has(read.entry)) throw refuse("$.entry", "No file has the path of the entry");
  return read;
}

function fileOf(value: JsonValue, at: string): DerivedFile {
  const { path: name, sha256, bytes } = fieldsOf(value, FILE_KEYS, at);
  if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0)
    throw refuse(`${at}.bytes`, "The length is not a whole number of bytes");
  if (bytes > MANIFEST_LIMITS.derived_file_bytes_max)
    throw refuse(`${at}.bytes`, `A file has at most ${MANIFEST_LIMITS.derived_file_bytes_max} bytes`);
  return { path: path(name, `${at}.path`), sha256: digest(sha256, `${at}.sha256`), bytes };
}

function fieldsOf(value: JsonValue, keys: readonly string[], at: string): Readonly<Record<string, JsonValue>> {
  if (!isObject(value)) throw refuse(at, "It is not an object");
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw refuse(at, "It has a field that nobody knows");
  const missing = keys.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) throw refuse(`${at}.${missing}`, "The field is missing");
  return value;
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: JsonValue | undefined, max: number, at: string): readonly JsonValue[] {
  if (!Array.isArray(value)) throw refuse(at, "It is not a list");
  if (value.length > max) throw refuse(at, `It has more than ${max} entries`);
  return value;
}

function text(value: JsonValue | undefined, bytesMax: number, at: string): string {
  if (typeof value !== "string") throw refuse(at, "It is not a text");
  if (utf8Length(value) > bytesMax) throw refuse(at, `It is longer than ${bytesMax} bytes`);
  return value;
}

function matching(value: JsonValue | undefined, rule: RegExp, charsMax: number, at: string): string {
  const word = text(value, charsMax, at);
  if (!rule.test(word)) throw refuse(at, "It has a character that it may not have, or none");
  return word;
}

function path(value: JsonValue | undefined, at: string): string {
  return matching(value, PATH, MANIFEST_LIMITS.file_name_bytes_max, at);
}

function digest(value: JsonValue | undefined, at: string): Digest {
  if (typeof value !== "string" || !isDigest(value))
    throw refuse(at, "It is not `sha256:` and 64 lowercase hex digits");
  return value;
}

function refuse(at: string, detail: string): ManifestError {
  return new ManifestError("derived_field", at, detail, REMEDY);
}
