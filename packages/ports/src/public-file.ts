/** One file that somebody named and anybody may read: written whole, and never over what was not looked at. */
export interface PublicFile {
  /**
   * @returns undefined when there is none
   * @throws PortError `state_foreign` for what is no regular file of that size, `path_escapes` for a name that belongs to
   *   something else of the deployment, and what stores throw
   */
  read(size_bytes_max: number): Promise<Uint8Array | undefined>;
  /**
   * Creates the file and its directories; durable when it resolves.
   * @returns false when something stands there already
   * @throws PortError as `read`
   */
  create(bytes: Uint8Array): Promise<boolean>;
  /**
   * Puts other bytes in the place of what stands there; durable when it resolves.
   * @throws PortError as `read`
   */
  replace(bytes: Uint8Array): Promise<void>;
}
