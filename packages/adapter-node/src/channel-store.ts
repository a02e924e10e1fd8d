/** S1's channel store below the state directory, at the place that its runbook names: `channel-store/deployment/<name>`. */
import { dirname, join } from "node:path";
import {
  type ChannelLine,
  type ChannelName,
  CONTRACT_LIMITS,
  channelSchema,
  channelSchemaFault,
} from "@tau-edge/contract";
import { decodeUtf8 } from "@tau-edge/encoding";
import { type ChannelRepair, type ChannelStore, PortError } from "@tau-edge/ports";
import { atMost } from "./at-most.ts";
import { ChannelLogs } from "./channel-logs.ts";
import { CHANNEL_FILES, channelPlace, hasDirectory } from "./channel-place.ts";
import { FileChannelReader } from "./channel-reader.ts";
import { repairLog } from "./channel-repair.ts";
import type { DurableFiles } from "./durable-files.ts";
import { CHANNEL_FILES_UNSYNCED_MAX, CHANNELS_REMEMBERED_MAX, SYNCS_AT_ONCE_MAX } from "./limits.ts";
import { LOG_MODE, logError } from "./log-file.ts";
import { UnsyncedPages } from "./unsynced-pages.ts";

const JSONL_FILES = [
  CHANNEL_FILES.log,
  CHANNEL_FILES.context,
  CHANNEL_FILES.artifacts,
  CHANNEL_FILES.attachments,
] as const;

export class FileChannelStore extends FileChannelReader implements ChannelStore {
  readonly #files: DurableFiles;
  readonly #logs: ChannelLogs;
  readonly #pages: UnsyncedPages;
  /** Channels whose files are there; looked at again after so many others. */
  readonly #prepared = new Set<ChannelName>();
  readonly #unsyncedMax: number;

  /** @param unsynced_max files that wait for their sync before there is one unasked */
  constructor(files: DurableFiles, unsynced_max = CHANNEL_FILES_UNSYNCED_MAX) {
    super(files.home, files.fs);
    this.#files = files;
    this.#logs = new ChannelLogs(files);
    this.#pages = new UnsyncedPages(files);
    this.#unsyncedMax = unsynced_max;
  }

  async append(channel: ChannelName, lines: readonly ChannelLine[]): Promise<void> {
    const directory = await this.#prepare(channel);
    const log = lines.map(({ seq, nth, log: text }) => ({ seq, nth, text }));
    const context = lines.flatMap(({ seq, nth, context: text }) => (text === undefined ? [] : [{ seq, nth, text }]));
    await this.#logs.append(join(directory, CHANNEL_FILES.log), log);
    await this.#logs.append(join(directory, CHANNEL_FILES.context), context);
    await this.#syncWhenMany();
  }

  async writeMemory(channel: ChannelName, text: Iterable<string> | AsyncIterable<string>): Promise<void> {
    const directory = await this.#prepare(channel);
    await this.#pages.write(join(directory, CHANNEL_FILES.memory), text);
    await this.#syncWhenMany();
  }

  async sync(): Promise<void> {
    this.#files.assertHealthy();
    const directories = await this.#logs.sync();
    await this.#pages.sync();
    for (const directory of await this.#pages.publish()) directories.add(directory);
    await atMost(SYNCS_AT_ONCE_MAX, directories, (directory) => this.#files.syncNames(directory));
  }

  async repair(channel: ChannelName, now_unix_ms: number): Promise<ChannelRepair> {
    this.#files.assertHealthy();
    const { directory } = channelPlace(this.stateDir, channel);
    const repaired = [];
    if (await hasDirectory(this.#files.fs, directory))
      for (const name of JSONL_FILES) {
        const path = join(directory, name);
        await this.#logs.forget(path);
        const removed = await repairLog(this.#files, path, now_unix_ms);
        if (removed !== undefined) repaired.push({ path, ...removed });
      }
    return { channel_dir: directory, repaired };
  }

  async close(): Promise<void> {
    await this.#pages.discard();
    await this.#logs.close();
  }

  /** Memory stays bounded, however many blueprints a fixture has. */
  async #syncWhenMany(): Promise<void> {
    if (this.#logs.unsynced + this.#pages.count >= this.#unsyncedMax) await this.sync();
  }

  async #prepare(channel: ChannelName): Promise<string> {
    this.#files.assertHealthy();
    const { directory } = channelPlace(this.stateDir, channel);
    if (this.#prepared.has(channel)) return directory;
    await this.#files.makeDirectories(directory);
    await hasDirectory(this.#files.fs, directory);
    await this.#checkSchema(channel, join(directory, CHANNEL_FILES.schema));
    for (const name of JSONL_FILES) await this.#touch(join(directory, name));
    if (this.#prepared.size >= CHANNELS_REMEMBERED_MAX) this.#prepared.clear();
    this.#prepared.add(channel);
    return directory;
  }

  /** Every file is there from the beginning, as in the original; nobody writes into the indexes here. */
  async #touch(path: string): Promise<void> {
    const { fs } = this.#files;
    if ((await fs.facts(path)) !== undefined) return;
    await this.#files.makeDirectories(dirname(path));
    const file = await fs.append(path, LOG_MODE).catch((error: unknown) => {
      throw logError(error, path);
    });
    await file.close();
  }

  async #checkSchema(channel: ChannelName, path: string): Promise<void> {
    const found = await this.#files.fs.read(path, CONTRACT_LIMITS.channel_schema_bytes_max).catch((error: unknown) => {
      throw logError(error, path);
    });
    if (found === undefined) {
      if (!this.#pages.has(path)) await this.#pages.write(path, [decodeUtf8(channelSchema(channel))]);
      return;
    }
    const fault = channelSchemaFault(found, channel);
    if (fault !== undefined)
      throw new PortError("state_foreign", path, fault, {
        remedy: `Move the channel aside: mv '${dirname(path)}' '${dirname(path)}.foreign'`,
      });
  }
}
