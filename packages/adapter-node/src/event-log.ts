/** S1's `runtime-events.jsonl` in the state directory, and the rotated logs beside it. */
import { dirname, resolve } from "node:path";
import { cycleOfEventLine, isEventLine, standsInLog } from "@tau-edge/contract";
import { tryDecodeUtf8, utf8Length } from "@tau-edge/encoding";
import { continuation, type EventLog, type EventLogReader } from "@tau-edge/ports";
import type { DurableFiles } from "./durable-files.ts";
import type { FileSystem } from "./file-system.ts";
import { linesBackward, linesForward } from "./jsonl-lines.ts";
import { EVENT_LINE_BYTES_MAX } from "./limits.ts";
import { appendToLog, chunksOf, lastSeen, logError, withLog } from "./log-file.ts";
import { type LogRotation, rotate, rotatedLogs } from "./log-rotation.ts";

export class FileEventLogReader implements EventLogReader {
  readonly path: string;
  readonly #fs: FileSystem;

  constructor(stateDir: string, fs: FileSystem) {
    this.path = resolve(stateDir, "runtime-events.jsonl");
    this.#fs = fs;
  }

  async last(): Promise<string | undefined> {
    const see = (line: string) => (isEventLine(line) ? line : undefined);
    return (await this.lastIn([this.path], see)) ?? this.lastIn(await rotatedLogs(this.#fs, this.path), see);
  }

  async *lines(): AsyncIterable<string> {
    const paths = [this.path, ...(await rotatedLogs(this.#fs, this.path))];
    for (const path of paths.reverse()) yield* this.#linesOf(path);
  }

  /** @param paths the newest first */
  protected async lastIn<T>(paths: readonly string[], see: (line: string) => T | undefined): Promise<T | undefined> {
    for (const path of paths) {
      const seen = await withLog(this.#fs, path, (file) => lastSeen(linesBackward(file, EVENT_LINE_BYTES_MAX), see));
      if (seen !== undefined) return seen;
    }
    return undefined;
  }

  async *#linesOf(path: string): AsyncIterable<string> {
    const file = await this.#fs.open(path).catch((error: unknown) => {
      throw logError(error, path);
    });
    if (file === undefined) return;
    try {
      for await (const { bytes, starts, ends } of linesForward(chunksOf(file), EVENT_LINE_BYTES_MAX))
        if (ends) yield (starts && tryDecodeUtf8(bytes)) || "";
    } finally {
      await file.close();
    }
  }
}

interface LiveLog {
  /** Behind the last line break; undefined when it is longer than any line. */
  readonly torn: Uint8Array | undefined;
  readonly size_bytes: number;
  /** Undefined: nothing in it says so. */
  readonly stands: boolean | undefined;
}

export class FileEventLog extends FileEventLogReader implements EventLog {
  readonly #files: DurableFiles;
  readonly #rotation: LogRotation;

  constructor(files: DurableFiles, rotation: LogRotation) {
    super(files.home, files.fs);
    this.#files = files;
    this.#rotation = rotation;
  }

  async append(seq: number, line: string): Promise<void> {
    this.#files.assertHealthy();
    await this.#files.makeDirectories(dirname(this.path));
    const wanted = { seq, cycle_id: cycleOfEventLine(line)?.cycle_id ?? "" };
    const see = (other: string) => standsInLog(wanted, other);
    const { torn, size_bytes, stands: inLive } = await this.#end(see);
    const stands = inLive ?? (await this.lastIn(await rotatedLogs(this.#files.fs, this.path), see));
    const bytes = continuation(torn, stands === true ? [] : [line]);
    // What a dead writer began stays where it began.
    const isWhole = bytes.length > utf8Length(line);
    if (isWhole && size_bytes > 0 && size_bytes + bytes.length > this.#rotation.max_bytes) {
      await rotate(this.#files, this.path, this.#rotation.max_files);
      await appendToLog(this.#files, this.path, continuation(new Uint8Array(0), [line]));
    } else await appendToLog(this.#files, this.path, bytes);
    await this.#files.syncNames(dirname(this.path));
  }

  async #end(see: (line: string) => boolean | undefined): Promise<LiveLog> {
    const found = await withLog(this.#files.fs, this.path, async (file) => {
      const lines = linesBackward(file, EVENT_LINE_BYTES_MAX);
      const { value: torn } = await lines.next();
      const own = torn === undefined ? undefined : see(tryDecodeUtf8(torn) ?? "");
      return { torn, size_bytes: file.size_bytes, stands: own ?? (await lastSeen(lines, see)) };
    });
    return found ?? { torn: new Uint8Array(0), size_bytes: 0, stands: undefined };
  }
}
