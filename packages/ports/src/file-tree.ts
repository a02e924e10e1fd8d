/** The files below a directory, whatever they are: for copying a deployment from one place to another. */

export interface TreeFile {
  /** Relative, joined by `/`. */
  readonly path: string;
  readonly size_bytes: number;
  chunks(): AsyncIterable<Uint8Array>;
}

export interface FileTree {
  /**
   * All regular files, sorted by the UTF-8 bytes of their paths; nothing for a directory that is not there. Temporary
   * files and the part that belongs to the ledger (`tau-edge/`) are left out; nothing else is passed over.
   * @throws PortError `store_unavailable`; `path_escapes` for a link and whatever else is neither file nor directory
   */
  files(): AsyncIterable<TreeFile>;
  /**
   * Creates the file and its directories; durable when it resolves.
   * @returns false when the same bytes stand there already
   * @throws PortError `path_escapes`, `state_foreign` (something else stands there and is kept), and what stores throw
   */
  add(path: string, chunks: AsyncIterable<Uint8Array>): Promise<boolean>;
}
