/** Streams that cannot be read, as lists name them: what the others hold is listed all the same. */
import { PortError } from "@tau-edge/ports";

export interface UnreadableStream {
  readonly stream: string;
  /** Of the PortError. */
  readonly code: string;
}

/**
 * Sorted by stream.
 * @throws what is no PortError: a bug, and no fault of what is stored
 */
export function unreadableStreams(failures: Iterable<readonly [string, unknown]>): readonly UnreadableStream[] {
  return Array.from(failures, ([stream, error]) => {
    if (!(error instanceof PortError)) throw error;
    return { stream, code: error.code };
  }).sort((a, b) => (a.stream < b.stream ? -1 : 1));
}
