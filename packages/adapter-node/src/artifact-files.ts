/** Files that cases name, on disk: where the program runs, or beside the fixture. */
import { resolve } from "node:path";
import { type ArtifactFile, type ArtifactFiles, type ArtifactPlace, PortError } from "@tau-edge/ports";
import { fileError } from "./durable-files.ts";
import { openChunkedFile } from "./file-chunks.ts";
import { posixCode } from "./file-system.ts";

/** What a name that no file can have comes to. */
const NO_SUCH_FILE = new Set(["ENOTDIR", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"]);

export interface ArtifactPlaces {
  /** Absolute, as the one below. */
  readonly working_directory: string;
  readonly fixture_directory: string;
}

export class NodeArtifactFiles implements ArtifactFiles {
  readonly #directories: { readonly [place in ArtifactPlace]: string };
  /** In this order; one where both are the same. */
  readonly #places: readonly ArtifactPlace[];

  constructor({ working_directory, fixture_directory }: ArtifactPlaces) {
    this.#directories = { working_directory, fixture: fixture_directory };
    this.#places = working_directory === fixture_directory ? ["working_directory"] : ["working_directory", "fixture"];
  }

  async read(path: string, size_bytes_max: number, place?: ArtifactPlace): Promise<ArtifactFile | undefined> {
    for (const one of place === undefined ? this.#places : [place]) {
      const bytes = await readWhole(resolve(this.#directories[one], path), size_bytes_max);
      if (bytes !== undefined) return { bytes, place: one };
    }
    return undefined;
  }
}

async function readWhole(path: string, size_bytes_max: number): Promise<Uint8Array | undefined> {
  try {
    const file = await openChunkedFile(path, { size_bytes_max, follow: true });
    if (file === undefined) return undefined;
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of file.chunks()) {
      length += chunk.length;
      // It may grow while it is read.
      if (length > size_bytes_max) throw tooLarge(path, length, size_bytes_max);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    const code = posixCode(error);
    if (NO_SUCH_FILE.has(code)) return undefined;
    throw code === "EFBIG" ? tooLarge(path, undefined, size_bytes_max, error) : fileError(error, path);
  }
}

function tooLarge(path: string, size_bytes: number | undefined, size_bytes_max: number, cause?: unknown): PortError {
  const size = size_bytes === undefined ? "more bytes" : `${size_bytes} bytes`;
  return new PortError("object_too_large", path, `It has ${size}, the limit is ${size_bytes_max}`, { cause });
}
