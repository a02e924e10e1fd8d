/** S1's `runtime-events.jsonl`: one line a cycle, for people and scripts that read it. */

/** A line is one JSON object without a line break; ours carry the `seq` of their record, and its hash as `cycle_id`. */
export interface EventLogReader {
  /** The last line that is a JSON object, whoever wrote it; undefined where there is none. */
  last(): Promise<string | undefined>;
  /**
   * Every line of the live log and of the rotated ones that are kept, from the oldest on, as far as it is text of bounded
   * length; what is longer, or no UTF-8, comes as an empty line, so that it is counted. Memory is one line.
   */
  lines(): AsyncIterable<string>;
}

export interface EventLog extends EventLogReader {
  /**
   * Appends the line once: where a line of this seq and `cycle_id` stands already, nothing happens. Lines of another ledger
   * under this seq, or a later one, do not count. It is on the disk when this resolves. What a dead writer left half is completed if it is the beginning of this line, and otherwise
   * ended, so that it counts as invalid; nothing is ever cut off. A log that would outgrow its limit is rotated before.
   * The caller is alone: it holds the book.
   * @param line one JSON object without a line break
   * @throws PortError `store_full`, `store_poisoned`, `store_unavailable`, `state_corrupt` (what stands there is no file)
   */
  append(seq: number, line: string): Promise<void>;
}
