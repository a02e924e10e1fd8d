/** The objects of a state directory, one directory after the other: what is remembered is the names of one of them. */
import { dirname, join } from "node:path";
import { parseDigest } from "@tau-edge/encoding";
import { PortError, type StoredObject } from "@tau-edge/ports";
import { fileError } from "./durable-files.ts";
import { type FileSystem, posixCode } from "./file-system.ts";
import { COLLECTION_PAGE_ROWS } from "./limits.ts";
import { objectsDirectory } from "./object-reader.ts";

const HEX = /^[0-9a-f]{64}$/;

/** In pages sorted by digest. @throws PortError `object_corrupt`, `store_unavailable` */
export async function* storedObjects(stateDir: string, fs: FileSystem): AsyncGenerator<readonly StoredObject[]> {
  let page: StoredObject[] = [];
  const top = objectsDirectory(stateDir);
  if (!((await isOurs(dirname(top), fs)) && (await isOurs(top, fs)))) return;
  for (let prefix = 0; prefix < 256; prefix += 1) {
    const fan = prefix.toString(16).padStart(2, "0");
    const directory = join(top, fan);
    for (const hex of await objectNames(directory, fan, fs)) {
      const stored = await storedObject(directory, hex, fs);
      if (stored !== undefined) page.push(stored);
      if (page.length < COLLECTION_PAGE_ROWS) continue;
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

/** Sorted. Other names are none that an object is looked for under. */
async function objectNames(directory: string, fan: string, fs: FileSystem): Promise<readonly string[]> {
  try {
    if (!(await isOurs(directory, fs))) return [];
    const names = await fs.names(directory);
    return names.filter((name) => HEX.test(name) && name.startsWith(fan)).sort();
  } catch (error) {
    if (posixCode(error) === "ENOENT") return [];
    throw fileError(error, directory);
  }
}

/**
 * What lies behind a symbolic link may be the objects of another ledger, whose records nobody has read.
 * @returns false where there is nothing
 */
async function isOurs(directory: string, fs: FileSystem): Promise<boolean> {
  const found = await fs.facts(directory).catch((error: unknown) => {
    throw fileError(error, directory);
  });
  if (found === undefined || found.kind === "directory") return found !== undefined;
  throw new PortError("object_corrupt", directory, "Objects lie in directories, and this is a link or a file", {
    remedy: "Put the directory itself in its place; where another state directory uses it too, copy it.",
  });
}

/** @returns undefined when it went meanwhile */
async function storedObject(directory: string, hex: string, fs: FileSystem): Promise<StoredObject | undefined> {
  const path = join(directory, hex);
  const found = await fs.facts(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  if (found === undefined) return undefined;
  const digest = parseDigest(`sha256:${hex}`);
  if (found.kind !== "file")
    throw new PortError("object_corrupt", digest, `${path} is not a file`, {
      remedy: `Move it aside: mv '${path}' ELSEWHERE`,
    });
  return { digest, size_bytes: found.size_bytes, renewed_unix_ms: Math.round(found.modified_unix_ms) };
}
