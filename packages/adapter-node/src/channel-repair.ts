/** Takes what is no record out of a log and keeps it beside it. */
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { isChannelRecord } from "@tau-edge/contract";
import { tryDecodeUtf8 } from "@tau-edge/encoding";
import type { DurableFiles } from "./durable-files.ts";
import type { FileSystem, WritableFile } from "./file-system.ts";
import { type LinePiece, linesForward } from "./jsonl-lines.ts";
import { CHANNEL_LINE_BYTES_MAX } from "./limits.ts";
import { chunksOf, LOG_MODE, logError, syncLog, withLog } from "./log-file.ts";

export interface RepairedLog {
  readonly corrupt_path: string;
  readonly removed_lines: number;
}

/**
 * What is taken out is on the disk under its new name before the log is replaced: killed in between, the next repair takes
 * it out once more, and nothing is lost.
 * @returns undefined when every line is a record, or there is no log
 */
export async function repairLog(
  files: DurableFiles,
  path: string,
  now_unix_ms: number,
): Promise<RepairedLog | undefined> {
  const removed_lines = await countOthers(files.fs, path);
  if (removed_lines === 0) return undefined;
  await files.makeDirectories(files.incoming);
  const [kept, others] = [0, 1].map(() => join(files.incoming, `.${randomUUID()}.tmp`));
  if (kept === undefined || others === undefined) throw new RangeError("two paths were made");
  try {
    await divide(files, path, kept, others);
    const corrupt_path = await publishBeside(files, others, path, now_unix_ms);
    await files.syncNames(dirname(path));
    await files.replace(kept, path);
    return { corrupt_path, removed_lines };
  } catch (error) {
    throw logError(error, path);
  } finally {
    await files.discard(kept);
    await files.discard(others);
  }
}

async function countOthers(fs: FileSystem, path: string): Promise<number> {
  let count = 0;
  await withLog(fs, path, async (file) => {
    for await (const piece of linesForward(chunksOf(file), CHANNEL_LINE_BYTES_MAX))
      if (piece.ends && !isRecord(piece)) count += 1;
  });
  return count;
}

async function divide(files: DurableFiles, path: string, kept: string, others: string): Promise<void> {
  const mode = (await files.fs.facts(path))?.mode ?? LOG_MODE;
  const [keeping, taking] = [await files.fs.create(kept, mode), await files.fs.create(others, mode)];
  try {
    await withLog(files.fs, path, async (file) => {
      for await (const piece of linesForward(chunksOf(file), CHANNEL_LINE_BYTES_MAX))
        await writePiece(isRecord(piece) ? keeping : taking, piece);
    });
    await syncLog(files, kept, keeping);
    await syncLog(files, others, taking);
  } finally {
    await keeping.close();
    await taking.close();
  }
}

async function writePiece(file: WritableFile, { bytes, ends }: LinePiece): Promise<void> {
  await file.write(ends ? Buffer.concat([bytes, NEWLINE]) : bytes);
}

const NEWLINE = new Uint8Array([0x0a]);

function isRecord({ bytes, starts, ends }: LinePiece): boolean {
  return starts && ends && isChannelRecord(tryDecodeUtf8(bytes) ?? "");
}

/** S1's name with the time; the time goes on where that name is taken. */
async function publishBeside(files: DurableFiles, from: string, path: string, now_unix_ms: number): Promise<string> {
  for (let unix_ms = now_unix_ms; ; unix_ms++) {
    const to = `${path}.${unix_ms}.corrupt`;
    if (await files.publish(from, to, "wait")) return to;
  }
}
