/** The channel store in a map. Stores that share the map are processes that share a disk. */
import {
  type ChannelLine,
  type ChannelName,
  channelPositionOf,
  channelSchema,
  channelSchemaFault,
  isChannelName,
  isChannelRecord,
  makeJsonlCounts,
  originalChannelNameOf,
} from "@tau-edge/contract";
import { encodeUtf8 } from "@tau-edge/encoding";
import { type ChannelFacts, type ChannelRepair, type ChannelStore, PortError } from "@tau-edge/ports";
import { Faults } from "./faults.ts";
import { continued, memoryLines } from "./memory-jsonl.ts";

const LOGS = ["log.jsonl", "context.jsonl", "artifacts/index.jsonl", "attachments/index.jsonl"] as const;
const NOTHING = new Uint8Array(0);

export interface MemoryChannelOptions {
  /** By path below the state directory; may be shared and changed from outside. */
  readonly files?: Map<string, Uint8Array>;
  readonly faults?: Faults;
}

export class MemoryChannelStore implements ChannelStore {
  readonly files: Map<string, Uint8Array>;
  readonly #faults: Faults;
  readonly #unsynced = new Map<string, Uint8Array>();

  constructor(options: MemoryChannelOptions = {}) {
    this.files = options.files ?? new Map();
    this.#faults = options.faults ?? new Faults();
  }

  async inspect(channel: ChannelName): Promise<ChannelFacts> {
    const directory = directoryOf(channel);
    const original = /^[A-Za-z0-9_-]+$/.test(channel)
      ? `channel-store/channels/deployment/${originalChannelNameOf(channel)}`
      : undefined;
    const [isOurs, isOriginal] = [this.#has(directory), original !== undefined && this.#has(original)];
    const places = [directory, ...(original === undefined ? [] : [original])];
    const memory = places.flatMap((place) => this.files.get(`${place}/MEMORY.md`) ?? [])[0];
    const count = (name: string) => {
      const counter = makeJsonlCounts();
      for (const place of places)
        for (const line of memoryLines(this.files.get(`${place}/${name}`) ?? NOTHING).lines) counter.add(line);
      return counter.counts();
    };
    return {
      channel_dir: directory,
      ...(original === undefined ? {} : { original_channel_dir: original }),
      found: isOurs && isOriginal ? "both" : isOurs ? "ours" : isOriginal ? "original" : "none",
      log: count(LOGS[0]),
      context: count(LOGS[1]),
      artifacts: count(LOGS[2]),
      attachments: count(LOGS[3]),
      memory_exists: memory !== undefined,
      memory_bytes: memory?.length ?? 0,
    };
  }

  async append(channel: ChannelName, lines: readonly ChannelLine[]): Promise<void> {
    const directory = this.#prepare(channel);
    const contexts = lines.flatMap(({ context }) => (context === undefined ? [] : [context]));
    this.#appendTo(
      `${directory}/log.jsonl`,
      lines.map(({ log }) => log),
    );
    this.#appendTo(`${directory}/context.jsonl`, contexts);
  }

  async writeMemory(channel: ChannelName, text: Iterable<string> | AsyncIterable<string>): Promise<void> {
    const path = `${this.#prepare(channel)}/MEMORY.md`;
    let whole = "";
    for await (const piece of text) whole += piece;
    this.#unsynced.set(path, encodeUtf8(whole));
  }

  async sync(): Promise<void> {
    for (const [path, bytes] of this.#unsynced) this.#faults.write(path, () => this.files.set(path, bytes));
    this.#unsynced.clear();
  }

  async repair(channel: ChannelName, now_unix_ms: number): Promise<ChannelRepair> {
    const directory = directoryOf(channel);
    const repaired = [];
    for (const path of LOGS.map((name) => `${directory}/${name}`)) {
      const { lines } = memoryLines(this.files.get(path) ?? NOTHING);
      const removed = lines.filter((line) => !isChannelRecord(line));
      if (removed.length === 0) continue;
      const corrupt_path = this.#freePath(path, now_unix_ms);
      this.#faults.write(path, () => {
        this.files.set(corrupt_path, continued(NOTHING, removed));
        this.files.set(path, continued(NOTHING, lines.filter(isChannelRecord)));
      });
      repaired.push({ path, corrupt_path, removed_lines: removed.length });
    }
    return { channel_dir: directory, repaired };
  }

  #freePath(path: string, now_unix_ms: number): string {
    const corrupt_path = `${path}.${now_unix_ms}.corrupt`;
    return this.files.has(corrupt_path) ? this.#freePath(path, now_unix_ms + 1) : corrupt_path;
  }

  #has(directory: string): boolean {
    return [...this.files.keys()].some((path) => path.startsWith(`${directory}/`));
  }

  #prepare(channel: ChannelName): string {
    const directory = directoryOf(channel);
    const path = `${directory}/schema.json`;
    const schema = this.files.get(path);
    const fault = schema === undefined ? undefined : channelSchemaFault(schema, channel);
    if (fault !== undefined) throw new PortError("state_foreign", path, fault, { remedy: "Move the channel aside." });
    if (schema === undefined) this.files.set(path, channelSchema(channel));
    for (const name of LOGS)
      if (!this.files.has(`${directory}/${name}`)) this.files.set(`${directory}/${name}`, NOTHING);
    return directory;
  }

  #appendTo(path: string, wanted: readonly string[]): void {
    if (wanted.length === 0) return;
    const bytes = this.files.get(path) ?? NOTHING;
    const standing = memoryLines(bytes).lines.flatMap((line) => channelPositionOf(line) ?? []);
    const last = Math.max(-1, ...standing.map(({ seq }) => seq));
    const missing = wanted.filter((line) => {
      const at = channelPositionOf(line);
      const stands = standing.some(({ seq, nth }) => seq === at?.seq && nth === at.nth);
      return at !== undefined && at.seq >= last && !stands;
    });
    this.#faults.write(path, () => this.files.set(path, continued(bytes, missing)));
  }
}

function directoryOf(channel: ChannelName): string {
  if (isChannelName(channel)) return `channel-store/deployment/${channel}`;
  throw new PortError("path_escapes", JSON.stringify(channel), "Not the name of a channel");
}
