/** The files below a directory, for copying a deployment from one place to another. */
import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isTreePath } from "@tau-edge/ledger";
import { type FileTree, PortError, type TreeFile } from "@tau-edge/ports";
import { type DurableFiles, fileError } from "./durable-files.ts";
import { hashOfFile } from "./hash-file.ts";
import { filePieces, walkTree } from "./tree-walk.ts";

/** Before the umask: for everybody to read, like the original's. */
const FILE_MODE = 0o666;

export class NodeFileTree implements FileTree {
  readonly #files: DurableFiles;

  /** @param files of the directory; it need not be there yet */
  constructor(files: DurableFiles) {
    this.#files = files;
  }

  async *files(): AsyncGenerator<TreeFile> {
    const { home } = this.#files;
    for await (const path of walkTree(home, { leaveOut: isOurs })) yield await fileAt(home, path);
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

/** The ledger's part, and what a writer that died left behind. */
function isOurs(path: string): boolean {
  return path === "tau-edge/" || /(?:^|\/)\.[^/]+\.tmp$/.test(path);
}

async function fileAt(home: string, path: string): Promise<TreeFile> {
  const at = join(home, path);
  try {
    const { size: size_bytes } = await lstat(at);
    return { path, size_bytes, chunks: () => filePieces(at) };
  } catch (error) {
    throw fileError(error, at);
  }
}

/** @throws PortError `path_escapes` */
function partsOf(path: string): readonly string[] {
  if (isTreePath(path)) return path.split("/");
  throw new PortError("path_escapes", JSON.stringify(path.slice(0, 100)), "Not a path below a directory");
}

async function haveSameBytes(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([hashOfFile(left), hashOfFile(right)]);
  return Buffer.from(a).equals(b);
}
