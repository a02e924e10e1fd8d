/** What a channel says about one case: a line for `log.jsonl`, and mostly one for `context.jsonl`. */

/** Both texts are one JSON object without a line break and carry `seq` and `nth`. */
export interface ChannelLine {
  /** Of the cycle's record. */
  readonly seq: number;
  /** Grows from line to line of one record. */
  readonly nth: number;
  readonly log: string;
  /** Absent where S1 says nothing in `context.jsonl`: a retryable failure. */
  readonly context?: string;
}
