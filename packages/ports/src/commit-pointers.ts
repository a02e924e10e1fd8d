/** COMMITTED pointers: one small object per rollout, under the key that `pointerKey` makes. */

export interface CommitPointerReader {
  /**
   * The bytes under this key, or undefined.
   * @throws PortError `pointer_corrupt` when what stands there cannot be a pointer, `path_escapes` when the key is none
   */
  read(key: string): Promise<Uint8Array | undefined>;
  /**
   * Keys of the stream that have a pointer, in the order in which their rollouts began.
   * @throws PortError `path_escapes` when the stream is not that of a blueprint
   */
  list(stream: string): Promise<readonly string[]>;
}

export interface CommitPointers extends CommitPointerReader {
  /**
   * Creates the pointer if there is none. When it returns, the pointer survives a power cut, whoever created it. Any
   * number of writers may race: one creates, none tears, and what was created never changes.
   * @param bytes of 1 to COMMIT_POINTER_BYTES_MAX
   * @returns `exists` when the same bytes stood there already
   * @throws PortError `pointer_conflict` (other bytes stand there, and stay), `pointer_corrupt`, `path_escapes`,
   *   `store_full`, `store_poisoned`, `store_unavailable`
   */
  publish(key: string, bytes: Uint8Array): Promise<"created" | "exists">;
}
