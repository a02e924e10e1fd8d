/** S1's channel store: what was said about a blueprint, case by case, and a page that shows where it stands. */

import type { ChannelLine, ChannelName, JsonlCounts } from "@tau-edge/contract";

export interface ChannelFacts {
  readonly channel_dir: string;
  /**
   * Where the original keeps the channel, if that is this channel's alone; it is read and never written. Its `deployment`
   * is that of all blueprints whose names it cannot spell, and counts for none of those.
   */
  readonly original_channel_dir?: string;
  /** `both`: the counts are those of both places together, the page is ours. */
  readonly found: "none" | "ours" | "original" | "both";
  readonly log: JsonlCounts;
  readonly context: JsonlCounts;
  readonly artifacts: JsonlCounts;
  readonly attachments: JsonlCounts;
  readonly memory_exists: boolean;
  readonly memory_bytes: number;
}

export interface ChannelRepair {
  readonly channel_dir: string;
  /** What was invalid stands there now; the valid lines stay in their order. One entry for each file that was changed. */
  readonly repaired: readonly {
    readonly path: string;
    readonly corrupt_path: string;
    readonly removed_lines: number;
  }[];
}

export interface ChannelReader {
  /**
   * Creates nothing.
   * @throws PortError `path_escapes` (as everything below, for what is no name of a channel), `state_corrupt`,
   *   `store_unavailable`
   */
  inspect(channel: ChannelName): Promise<ChannelFacts>;
}

/** The caller of everything that writes is alone: it holds the book. */
export interface ChannelStore extends ChannelReader {
  /**
   * Appends the lines that do not stand there yet, each once however often it is asked for, also when another process has
   * appended since this one did; `sync` makes them durable.
   * Half a line of a dead writer is completed or ended as in the event log.
   * @param lines of one record, by `nth`; a later call has later ones, or the same again
   * @throws PortError `store_full`, `store_poisoned`, `store_unavailable`, `state_corrupt`, `state_foreign` (its
   *   `schema.json` is another channel's)
   */
  append(channel: ChannelName, lines: readonly ChannelLine[]): Promise<void>;
  /** Replaces `MEMORY.md` as a whole; seen by readers after `sync`. */
  writeMemory(channel: ChannelName, text: Iterable<string> | AsyncIterable<string>): Promise<void>;
  /** Everything that was appended and written before is on the disk when this resolves. */
  sync(): Promise<void>;
  /**
   * Moves lines that are no JSON object out of the channel's files, into `<name>.<ms>.corrupt` beside them.
   * @throws PortError `store_full`, `store_poisoned`, `store_unavailable`, `state_corrupt`
   */
  repair(channel: ChannelName, now_unix_ms: number): Promise<ChannelRepair>;
}
