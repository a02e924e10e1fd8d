/** Pages that a browser runs. They are built elsewhere; the gateway hands them out as they are. */
export interface Page {
  readonly bytes: Uint8Array;
  /** As Content-Type has it. */
  readonly media_type: string;
  /** Content-Security-Policy of this answer alone: what may run in it, and whom it may ask. */
  readonly policy: string;
}

export interface Pages {
  /** @param path of the request without its first slash: `boot`, `dashboard/agent.js`; whatever a stranger wrote */
  page(path: string): Page | undefined | Promise<Page | undefined>;
}
