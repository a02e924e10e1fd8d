/** S1's channel store: what was said about a blueprint, case by case, and a page that shows where it stands. */

/** Of the directory: it stands for one blueprint, and two blueprints never share one. */
export type ChannelName = string;

/** What happened to one case. Both texts are one JSON object without a line break and carry `seq` and `nth`. */
export interface ChannelLine {
  /** Of the cycle's record. */
  readonly seq: number;
  /** Grows from line to line of one record. */
  readonly nth: number;
  readonly log: string;
  /** Absent where S1 says nothing in `context.jsonl`. */
  readonly context?: string;
}

export interface ChannelFileFacts {
  readonly records: number;
  readonly invalid_lines: number;
}

export interface ChannelFacts {
  readonly channel_dir: string;
  /** `original`: only where the original keeps it; `both`: the counts are those of both places together. */
  readonly found: "none" | "ours" | "original" | "both";
  readonly original_channel_dir: string;
  readonly log: ChannelFileFacts;
  readonly context: ChannelFileFacts;
  readonly artifacts: ChannelFileFacts;
  readonly attachments: ChannelFileFacts;
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
   * Appends the lines that do not stand there yet, each once however often it is asked for; `sync` makes them durable.
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
