/** What stands in S1's channel store, in our place and in the original's. */
import { join } from "node:path";
import { type ChannelName, type JsonlCounts, makeJsonlCounts } from "@tau-edge/contract";
import { tryDecodeUtf8 } from "@tau-edge/encoding";
import type { ChannelFacts, ChannelReader } from "@tau-edge/ports";
import { CHANNEL_FILES, channelPlace, hasDirectory } from "./channel-place.ts";
import type { FileSystem } from "./file-system.ts";
import { linesForward } from "./jsonl-lines.ts";
import { CHANNEL_LINE_BYTES_MAX } from "./limits.ts";
import { chunksOf, withLog } from "./log-file.ts";

export class FileChannelReader implements ChannelReader {
  protected readonly stateDir: string;
  readonly #fs: FileSystem;

  constructor(stateDir: string, fs: FileSystem) {
    this.stateDir = stateDir;
    this.#fs = fs;
  }

  async inspect(channel: ChannelName): Promise<ChannelFacts> {
    const { directory, original } = channelPlace(this.stateDir, channel);
    const isOurs = await hasDirectory(this.#fs, directory);
    const isOriginal = original !== undefined && (await hasDirectory(this.#fs, original));
    const directories = [...(isOurs ? [directory] : []), ...(isOriginal ? [original] : [])];
    const pages = await Promise.all(directories.map((each) => this.#sizeOf(join(each, CHANNEL_FILES.memory))));
    const memory_bytes = pages.find((size_bytes) => size_bytes !== undefined);
    return {
      channel_dir: directory,
      ...(original === undefined ? {} : { original_channel_dir: original }),
      found: isOurs && isOriginal ? "both" : isOurs ? "ours" : isOriginal ? "original" : "none",
      log: await this.#count(directories, CHANNEL_FILES.log),
      context: await this.#count(directories, CHANNEL_FILES.context),
      artifacts: await this.#count(directories, CHANNEL_FILES.artifacts),
      attachments: await this.#count(directories, CHANNEL_FILES.attachments),
      memory_exists: memory_bytes !== undefined,
      memory_bytes: memory_bytes ?? 0,
    };
  }

  async #sizeOf(path: string): Promise<number | undefined> {
    return withLog(this.#fs, path, async (file) => file.size_bytes);
  }

  async #count(directories: readonly string[], name: string): Promise<JsonlCounts> {
    const counter = makeJsonlCounts();
    for (const directory of directories)
      await withLog(this.#fs, join(directory, name), async (file) => {
        for await (const { bytes, starts, ends } of linesForward(chunksOf(file), CHANNEL_LINE_BYTES_MAX))
          if (ends) counter.add((starts && tryDecodeUtf8(bytes)) || "");
      });
    return counter.counts();
  }
}
