/** The files below a directory, for copying a deployment from one place to another. */
import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compareUtf8 } from "@tau-edge/encoding";
import { type FileTree, PortError, type TreeFile } from "@tau-edge/ports";
import { type DurableFiles, fileError } from "./durable-files.ts";
import { openChunkedFile } from "./file-chunks.ts";
import { posixCode } from "./file-system.ts";
import { hashOfFile } from "./hash-file.ts";

/** Before the umask: for everybody to read, like the original's. */
const FILE_MODE = 0o666;

export class NodeFileTree implements FileTree {
  readonly #files: DurableFiles;

  /** @param files of the directory; it need not be there yet */
  constructor(files: DurableFiles) {
    this.#files = files;
  }

  files(): AsyncIterable<TreeFile> {
    return below(this.#files.home, "");
  }

  async add(path: string, chunks: AsyncIterable<Uint8Array>): Promise<boolean> {
    const to = join(this.#files.home, ...partsOf(path));
    const directory = dirname(to);
    await this.#files.makeDirectories(directory);
    const temporary = await this.#files.writeTemporary(chunks, FILE_MODE, directory);
    try {
      const added = await this.#files.publish(temporary, to, "wait");
      if (!added && !(await haveSameBytes(temporary, to)))
        throw new PortError("state_foreign", to, "Something else stands under this name", {
          remedy: `Move it aside: mv '${to}' '${to}.foreign'`,
        });
      return added;
    } finally {
      await this.#files.discard(temporary);
      await this.#files.syncNames(directory);
    }
  }
}

/** In the order of the UTF-8 bytes of the paths: a directory stands where its name with a slash would. */
async function* below(home: string, prefix: string): AsyncGenerator<TreeFile> {
  const names = (await entriesOf(join(home, prefix))).map((entry) => ({
    entry,
    path: `${prefix}${entry.name}${entry.isDirectory() ? "/" : ""}`,
  }));
  for (const { entry, path } of names.sort((a, b) => compareUtf8(a.path, b.path))) {
    if (isOurs(path)) continue;
    if (entry.isDirectory()) yield* below(home, path);
    else if (entry.isFile()) yield await fileAt(home, path);
    else throw strange(join(home, path), entry.isSymbolicLink());
  }
}

function strange(at: string, isLink: boolean): PortError {
  const detail = isLink ? "It is a symbolic link, which is not followed" : "It is neither a file nor a directory";
  const remedy = isLink ? "Put a copy of what it points to in its place." : `Move it aside: mv '${at}' ELSEWHERE`;
  return new PortError("path_escapes", at, detail, { remedy });
}

/** The ledger's part, and what a writer that died left behind. */
function isOurs(path: string): boolean {
  return path === "tau-edge/" || /(?:^|\/)\.[^/]+\.tmp$/.test(path);
}

async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (posixCode(error) === "ENOENT") return [];
    throw fileError(error, directory);
  }
}

async function fileAt(home: string, path: string): Promise<TreeFile> {
  const at = join(home, path);
  const { size: size_bytes } = await withPortErrors(at, () => lstat(at));
  return { path, size_bytes, chunks: () => chunksOf(at) };
}

async function* chunksOf(at: string): AsyncGenerator<Uint8Array> {
  const options = { size_bytes_max: Number.MAX_SAFE_INTEGER, follow: false };
  const file = await withPortErrors(at, () => openChunkedFile(at, options));
  if (file === undefined)
    throw new PortError("store_unavailable", at, "The file was removed while its directory was read");
  yield* file.chunks();
}

async function withPortErrors<T>(at: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, at);
  }
}

/** @throws PortError `path_escapes` */
function partsOf(path: string): readonly string[] {
  const parts = path.split("/");
  const fault = parts.find((part) => part === "" || part === "." || part === ".." || /[\0\\]/.test(part));
  if (fault === undefined) return parts;
  throw new PortError("path_escapes", JSON.stringify(path.slice(0, 100)), "Not a path below a directory");
}

async function haveSameBytes(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([hashOfFile(left), hashOfFile(right)]);
  return Buffer.from(a).equals(b);
}
