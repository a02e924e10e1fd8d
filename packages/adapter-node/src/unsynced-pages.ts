/** Files that are replaced as a whole, all of them at the next sync: until then they lie among the temporary files. */
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { encodeUtf8 } from "@tau-edge/encoding";
import { atMost } from "./at-most.ts";
import { type DurableFiles, fileError } from "./durable-files.ts";
import { READ_PIECE_BYTES, SYNCS_AT_ONCE_MAX } from "./limits.ts";
import { LOG_MODE, syncLog } from "./log-file.ts";

export class UnsyncedPages {
  readonly #files: DurableFiles;
  /** Temporary files, by the path whose place they take. */
  readonly #pages = new Map<string, string>();

  constructor(files: DurableFiles) {
    this.#files = files;
  }

  get count(): number {
    return this.#pages.size;
  }

  has(path: string): boolean {
    return this.#pages.has(path);
  }

  async write(path: string, text: Iterable<string> | AsyncIterable<string>): Promise<void> {
    const temporary = await this.#write(text);
    const earlier = this.#pages.get(path);
    this.#pages.set(path, temporary);
    if (earlier !== undefined) await this.#files.discard(earlier);
  }

  /** Their bytes; nobody sees them before `publish`. */
  async sync(): Promise<void> {
    await atMost(SYNCS_AT_ONCE_MAX, this.#pages.values(), async (temporary) => {
      try {
        const file = await this.#files.fs.append(temporary, LOG_MODE);
        await syncLog(this.#files, temporary, file).finally(() => file.close());
      } catch (error) {
        throw fileError(error, temporary);
      }
    });
  }

  /** @returns the directories whose names have changed */
  async publish(): Promise<ReadonlySet<string>> {
    const directories = new Set<string>();
    for (const [path, temporary] of this.#pages) {
      await this.#files.fs.rename(temporary, path).catch((error: unknown) => {
        throw fileError(error, path);
      });
      this.#pages.delete(path);
      directories.add(dirname(path));
    }
    return directories;
  }

  /** What was not published; the next process would sweep it away. */
  async discard(): Promise<void> {
    for (const temporary of this.#pages.values()) await this.#files.discard(temporary);
    this.#pages.clear();
  }

  async #write(text: Iterable<string> | AsyncIterable<string>): Promise<string> {
    await this.#files.makeDirectories(this.#files.incoming);
    const path = join(this.#files.incoming, `.${randomUUID()}.tmp`);
    try {
      const file = await this.#files.fs.create(path, LOG_MODE);
      try {
        for await (const piece of inPieces(text)) await file.write(encodeUtf8(piece));
      } finally {
        await file.close();
      }
      return path;
    } catch (error) {
      await this.#files.discard(path);
      throw fileError(error, path);
    }
  }
}

/** A page comes line by line, and a call of the system for each would take longer than the rest. */
async function* inPieces(text: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let piece = "";
  for await (const part of text) {
    piece += part;
    if (piece.length < READ_PIECE_BYTES) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}
