/** Follows the stream `system`: each refresh reads only what was appended since the last one. */
import { equalBytes } from "@tau-edge/encoding";
import { SYSTEM_STREAM } from "@tau-edge/ledger";
import { type LedgerReader, READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { SystemFacts } from "./system-facts.ts";

export class SystemFollower {
  readonly #ledger: LedgerReader;
  #facts = new SystemFacts();
  /** Refreshes run one after another: two at once would take the same records twice. */
  #running: Promise<unknown> = Promise.resolve();

  constructor(ledger: LedgerReader) {
    this.#ledger = ledger;
  }

  /**
   * Up to the end of the stream as of now.
   * @throws PortError `ledger_corrupt`, `ledger_newer`, and what the ledger throws
   */
  refresh(): Promise<SystemFacts> {
    const next = this.#running.then(() => this.#readOn());
    this.#running = next.catch(() => undefined);
    return next;
  }

  async #readOn(): Promise<SystemFacts> {
    for (;;) {
      const { last } = this.#facts;
      // The last known record is read again: where it is another one, somebody put another ledger in its place.
      const page = await this.#ledger.read(SYSTEM_STREAM, last?.record.seq ?? 0, READ_PAGE_RECORDS_MAX);
      if (last !== undefined && (page[0] === undefined || !equalBytes(page[0].hash, last.hash))) {
        this.#facts = new SystemFacts();
        continue;
      }
      const news = last === undefined ? page : page.slice(1);
      if (news.length === 0) return this.#facts;
      for (const stored of news) this.#facts.take(stored);
    }
  }
}
