/** What the stream `system` says to a collection: pinned releases, and windows that are longer than by default. */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import {
  lengthenWindow,
  RETENTION_WINDOWS_MS,
  type RetentionWindows,
  type StoredRecord,
  SYSTEM_STREAM,
} from "@tau-edge/ledger";
import { type LedgerReader, READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import type { Pin } from "./collection.ts";
import {
  RELEASE_PINNED,
  RELEASE_UNPINNED,
  RETENTION_LENGTHENED,
  readLengthened,
  readPin,
} from "./collection-records.ts";
import { AUDIT_TYPES, COMPANION_TYPE } from "./record-kinds.ts";
import { StreamRoots } from "./stream-roots.ts";

export class SystemView {
  readonly roots: StreamRoots;
  readonly pins = new Map<Digest, Pin>();
  #windows: RetentionWindows = RETENTION_WINDOWS_MS;
  #changes = 0;

  private constructor(sha256: Sha256) {
    this.roots = new StreamRoots(SYSTEM_STREAM, "system", sha256);
  }

  /** @throws PortError `ledger_corrupt`, `ledger_newer` */
  static async read(ledger: LedgerReader, sha256: Sha256): Promise<SystemView> {
    const view = new SystemView(sha256);
    await view.readOn(ledger);
    return view;
  }

  get windows(): RetentionWindows {
    return this.#windows;
  }

  /** -1 while the stream is empty. */
  get seq(): number {
    return this.roots.next_seq - 1;
  }

  /** Grows with every record that may keep objects. */
  get changes(): number {
    return this.#changes;
  }

  /** Up to the end as of now. */
  async readOn(ledger: LedgerReader): Promise<void> {
    for (;;) {
      const page = await ledger.read(SYSTEM_STREAM, this.roots.next_seq, READ_PAGE_RECORDS_MAX);
      for (const stored of page) this.#take(stored);
      if (page.length < READ_PAGE_RECORDS_MAX) return;
    }
  }

  #take(stored: StoredRecord): void {
    this.roots.take(stored);
    const { type, at_unix_ms } = stored.record;
    if (type === RELEASE_PINNED) {
      const { release, reason } = readPin(stored);
      const since_unix_ms = this.pins.get(release)?.since_unix_ms ?? at_unix_ms;
      this.pins.set(release, { release, reason, since_unix_ms });
    } else if (type === RELEASE_UNPINNED) this.pins.delete(readPin(stored).release);
    else if (type === RETENTION_LENGTHENED) {
      const { term, window_ms } = readLengthened(stored);
      this.#windows = lengthenWindow(this.#windows, term, window_ms);
    } else if (AUDIT_TYPES.has(type) || type === COMPANION_TYPE) return;
    this.#changes += 1;
  }
}
