/** The logs of many channels: what stands in them already, and what waits for its fsync. Few of them are open at once. */
import { dirname } from "node:path";
import { type ChannelPosition, channelPositionOf } from "@tau-edge/contract";
import { tryDecodeUtf8 } from "@tau-edge/encoding";
import { continuation } from "@tau-edge/ports";
import { atMost } from "./at-most.ts";
import type { DurableFiles } from "./durable-files.ts";
import type { AppendableFile } from "./file-system.ts";
import { linesBackward } from "./jsonl-lines.ts";
import {
  CHANNEL_FILES_OPEN_MAX,
  CHANNEL_LINE_BYTES_MAX,
  CHANNELS_REMEMBERED_MAX,
  SYNCS_AT_ONCE_MAX,
} from "./limits.ts";
import { LOG_MODE, logError, syncLog } from "./log-file.ts";

export interface LogLine extends ChannelPosition {
  readonly text: string;
}

/** The end of a log, as this process knows it. */
interface LogEnd {
  /** The newest record that has lines there. */
  readonly seq: number;
  /** Lines of it up to this one stand there: this process wrote them. */
  nth: number;
  /** Lines of it that others wrote, where this process looked for them. */
  readonly found?: ReadonlySet<number>;
  /** Behind the last line break; undefined when it is longer than any line. */
  torn: Uint8Array | undefined;
  /** Of the file; with another size or identity it is no longer the one that this process knows. */
  size_bytes: number;
  readonly identity: string | undefined;
}

const NOTHING = new Uint8Array(0);

export class ChannelLogs {
  readonly #files: DurableFiles;
  /** The one that was used last is the last. */
  readonly #open = new Map<string, AppendableFile>();
  readonly #ends = new Map<string, LogEnd>();
  readonly #unsynced = new Set<string>();

  constructor(files: DurableFiles) {
    this.#files = files;
  }

  /** Logs that wait for `sync`. */
  get unsynced(): number {
    return this.#unsynced.size;
  }

  /** @param lines of one record, by `nth` */
  async append(path: string, lines: readonly LogLine[]): Promise<void> {
    const [first] = lines;
    if (first === undefined) return;
    try {
      const end = await this.#endFor(path, first.seq);
      const missing = lines.filter((line) => !stands(line, end));
      const bytes = continuation(
        end.torn,
        missing.map(({ text }) => text),
      );
      this.#unsynced.add(path);
      if (bytes.length === 0) return;
      await (await this.#file(path)).write(bytes);
      end.torn = NOTHING;
      end.size_bytes += bytes.length;
      end.nth = Math.max(end.nth, missing.at(-1)?.nth ?? end.nth);
    } catch (error) {
      await this.forget(path);
      throw logError(error, path);
    }
  }

  /** Whatever this process knows of the log: somebody puts another in its place, or a write failed. */
  async forget(path: string): Promise<void> {
    this.#ends.delete(path);
    const file = this.#open.get(path);
    this.#open.delete(path);
    await file?.close();
  }

  /**
   * One fsync for each log that was appended to.
   * @returns their directories, whose names may be new
   */
  async sync(): Promise<Set<string>> {
    const paths = [...this.#unsynced];
    await atMost(SYNCS_AT_ONCE_MAX, paths, async (path) => {
      const open = this.#open.get(path);
      const file = open ?? (await this.#openFile(path));
      try {
        await syncLog(this.#files, path, file);
      } finally {
        if (open === undefined) await file.close();
      }
    });
    this.#unsynced.clear();
    return new Set(paths.map(dirname));
  }

  async close(): Promise<void> {
    for (const path of [...this.#open.keys()]) await this.forget(path);
  }

  async #endFor(path: string, seq: number): Promise<LogEnd> {
    const known = this.#ends.get(path);
    const isKnown = known !== undefined && !isUnknown(known, seq) && (await this.#isAsLeft(path, known));
    const end = isKnown ? endAt(known, seq) : await this.#look(path, seq);
    this.#ends.delete(path);
    this.#ends.set(path, end);
    if (this.#ends.size > CHANNELS_REMEMBERED_MAX) dropFirst(this.#ends);
    return end;
  }

  /** Between two records another process may have held the book: it appended, and died perhaps, or repaired the log. */
  async #isAsLeft(path: string, { size_bytes, identity }: LogEnd): Promise<boolean> {
    const facts = await this.#files.fs.facts(path);
    return facts?.size_bytes === size_bytes && facts.identity === identity;
  }

  /** Looks at the lines of this record, which are the last ones, or at the last line when it is of a later one. */
  async #look(path: string, seq: number): Promise<LogEnd> {
    await this.forget(path);
    const file = await this.#file(path);
    const { size_bytes } = file;
    const identity = (await this.#files.fs.facts(path))?.identity;
    const found = new Set<number>();
    let torn: Uint8Array | undefined = NOTHING;
    let isFirst = true;
    for await (const bytes of linesBackward(file, CHANNEL_LINE_BYTES_MAX)) {
      if (isFirst) torn = bytes;
      isFirst = false;
      const position = bytes === undefined ? undefined : channelPositionOf(tryDecodeUtf8(bytes) ?? "");
      if (position === undefined) continue;
      if (position.seq > seq) return { seq: position.seq, nth: -1, torn, size_bytes, identity };
      if (position.seq < seq) break;
      found.add(position.nth);
    }
    return { seq, nth: -1, found, torn, size_bytes, identity };
  }

  async #file(path: string): Promise<AppendableFile> {
    const file = this.#open.get(path) ?? (await this.#openFile(path));
    this.#open.delete(path);
    this.#open.set(path, file);
    if (this.#open.size > CHANNEL_FILES_OPEN_MAX) await dropFirst(this.#open)?.close();
    return file;
  }

  async #openFile(path: string): Promise<AppendableFile> {
    return this.#files.fs.append(path, LOG_MODE).catch((error: unknown) => {
      throw logError(error, path);
    });
  }
}

/** A later record has lines there, and nobody has looked for those of this one. */
function isUnknown(end: LogEnd, seq: number): boolean {
  return end.seq === seq && end.found === undefined;
}

function endAt(end: LogEnd, seq: number): LogEnd {
  return end.seq < seq ? { ...end, seq, nth: -1, found: new Set() } : end;
}

function stands({ seq, nth }: ChannelPosition, end: LogEnd): boolean {
  return seq < end.seq || (seq === end.seq && (nth <= end.nth || end.found?.has(nth) === true));
}

function dropFirst<V>(map: Map<string, V>): V | undefined {
  for (const [key, value] of map) {
    map.delete(key);
    return value;
  }
  return undefined;
}
