/** How many lines of a channel's `.jsonl` file can be read, and how many cannot? One line at a time. */
import { CONTRACT_LIMITS } from "../limits.ts";
import { readLineObject } from "../line-object.ts";

export interface JsonlCounts {
  /** Lines that are a JSON object. */
  readonly records: number;
  /** Every other line. */
  readonly invalid_lines: number;
}

export interface JsonlCounter {
  /** @param line without its line break */
  add(line: string): void;
  counts(): JsonlCounts;
}

export function makeJsonlCounts(): JsonlCounter {
  let records = 0;
  let invalid_lines = 0;
  return {
    add(line) {
      if (isChannelRecord(line)) records++;
      else invalid_lines++;
    },
    counts: () => ({ records, invalid_lines }),
  };
}

/** Whether a repair leaves the line where it is. */
export function isChannelRecord(line: string): boolean {
  return readLineObject(line, CONTRACT_LIMITS.channel_line_chars_max) !== undefined;
}
