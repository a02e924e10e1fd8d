/**
 * What `release create --derived` is given: a document that says who made the code and which files it has, beside these
 * files. Digests and lengths may be left out; where they are said, they are compared.
 */
import { realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { nativeSha256 } from "@tau-edge/adapter-node";
import type { StoreDerived } from "@tau-edge/control";
import { type Digest, digestOf, EncodingError, readJson } from "@tau-edge/encoding";
import { digestSchema, jsonPath, MANIFEST_LIMITS, writeDerivedCode } from "@tau-edge/manifest";
import { z } from "zod";
import { CliError } from "../../failure.ts";
import { type CliIo, pathIn } from "../../io.ts";
import { readFileOnce } from "../../operands.ts";

/** All files together: agents hold them in memory, and take no more. */
const DERIVED_TOTAL_BYTES_MAX = 64 * 1024 * 1024;

const fileSchema = z.strictObject({
  path: z.string(),
  sha256: digestSchema.exactOptional(),
  bytes: z.int().min(0).exactOptional(),
});

const derivedFileSchema = z.strictObject({
  v: z.literal(1).exactOptional(),
  artifact_digest: digestSchema.exactOptional(),
  transpiler: z.string(),
  version: z.string(),
  options: z.array(z.string()).default([]),
  entry: z.string(),
  files: z.array(fileSchema).min(1).max(MANIFEST_LIMITS.derived_files_max),
});

/** @throws CliError `file_*`, `derived_malformed`, `derived_differs`; ManifestError `derived_field` */
export function readDerivedFile(io: CliIo, file: string): Pick<StoreDerived, "description" | "files"> {
  const { v: _, files: listed, ...description } = documentIn(io, file);
  checkNames(description, listed);
  const files = new Map<string, Uint8Array>();
  let totalBytes = 0;
  for (const { path, sha256, bytes: length } of listed) {
    const name = join(dirname(file), path);
    const bytes = readFileOnce(io, name, Math.min(MANIFEST_LIMITS.derived_file_bytes_max, DERIVED_TOTAL_BYTES_MAX));
    checkPlace(io, file, name);
    totalBytes += bytes.length;
    if (totalBytes > DERIVED_TOTAL_BYTES_MAX)
      throw new CliError("file_too_large", `The files have more than ${DERIVED_TOTAL_BYTES_MAX} bytes`, { at: file });
    if ((length ?? bytes.length) !== bytes.length || (sha256 ?? digestIn(bytes)) !== digestIn(bytes))
      throw new CliError("derived_differs", `${name} is not what ${file} says of it`, {
        at: name,
        remedy: "Derive the code anew, or leave `sha256` and `bytes` out.",
      });
    files.set(path, bytes);
  }
  return { description, files };
}

/** What is stored is given to everybody, so a link in a folder that somebody else made must not choose it. */
function checkPlace(io: CliIo, file: string, name: string): void {
  const folder = realpathSync(pathIn(io, dirname(file)));
  if (realpathSync(pathIn(io, name)).startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)) return;
  throw new CliError("derived_malformed", `${name} leads to a file outside of ${dirname(file)}`, {
    at: name,
    remedy: "Copy the folder with what its links lead to: `cp -RL`.",
  });
}

type Described = z.output<typeof derivedFileSchema>;

function documentIn(io: CliIo, file: string): Described {
  const bytes = readFileOnce(io, file, MANIFEST_LIMITS.derived_bytes_max);
  try {
    const parsed = derivedFileSchema.safeParse(readJson(bytes));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw malformed(file, `${issue?.message ?? ""} (${jsonPath(issue?.path ?? [])})`);
  } catch (error) {
    if (error instanceof EncodingError) throw malformed(file, error.message);
    throw error;
  }
}

/** Before a file is opened: a path that the document may not have must not lead anywhere. */
function checkNames(description: Omit<Described, "v" | "files">, files: Described["files"]): void {
  const artifact_digest = description.artifact_digest ?? NOTHING;
  const named = files.map(({ path }) => ({ path, sha256: NOTHING, bytes: 0 }));
  writeDerivedCode({ ...description, v: 1, artifact_digest, files: named });
}

const NOTHING: Digest = `sha256:${"00".repeat(32)}`;

function digestIn(bytes: Uint8Array): Digest {
  return digestOf(nativeSha256(bytes));
}

function malformed(file: string, detail: string): CliError {
  return new CliError("derived_malformed", `${file} does not describe derived code: ${detail}`, {
    at: file,
    remedy: "Say `transpiler`, `version`, `options`, `entry` and `files`, each with its `path` beside the document.",
  });
}
