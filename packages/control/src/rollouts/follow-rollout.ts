/**
 * Follows one rollout record by record. Each look reads only what was appended since the last one; what was read before is
 * read again from the nearest mark when somebody asks for it, so that a long rollout costs no memory.
 */
import { toHex } from "@tau-edge/encoding";
import { LedgerError, parseRolloutId, parseStream, type RolloutPlace, type StoredRecord } from "@tau-edge/ledger";
import { type LedgerReader, READ_PAGE_RECORDS_MAX, type StreamEnd } from "@tau-edge/ports";
import { emptyState, isEnvironment, type StreamState } from "@tau-edge/rollout";
import { EVENTS_PAGE } from "../limits.ts";
import { foldRecord } from "./fold-record.ts";
import { eventOf, type RolloutEvent } from "./rollout-event.ts";

/** As of the last look. */
export interface FollowedEnd {
  /** Of the last event; -1 while there is none: nobody knows the rollout. */
  readonly last_n: number;
  /** The last event, without what its record says. */
  readonly last?: Omit<RolloutEvent, "document">;
  /** Nothing comes any more, unless somebody retries it. */
  readonly ended: boolean;
}

export interface RolloutLog {
  readonly rollout_id: string;
  readonly stream: string;
  readonly end: FollowedEnd;
  /**
   * Up to the end of the stream.
   * @param end as `ends` of the ledger has it; undefined for a stream without records
   * @returns `replaced`: the ledger does not continue what was read before, so everything that was told is void
   * @throws PortError what reading throws; what was read until then is kept
   */
  look(end: StreamEnd | undefined): Promise<"read" | "replaced">;
  /**
   * Events `EVENTS_PAGE * page` and the following ones, one page at most and as of the last look.
   * @returns `replaced` as `look` does
   */
  page(page: number): Promise<readonly RolloutEvent[] | "replaced">;
}

/**
 * @param breathe waits between two pages of a long stream, where others are to be answered meanwhile
 * @returns undefined for what is no id of a rollout
 */
export function followRollout(
  rollout_id: string,
  ledger: LedgerReader,
  breathe: () => Promise<void> = async () => {},
): RolloutLog | undefined {
  try {
    const place = parseRolloutId(rollout_id);
    const name = parseStream(place.stream);
    if (name === "system" || !isEnvironment(name.environment)) return undefined;
    return new FollowedRollout(rollout_id, place, ledger, breathe);
  } catch (error) {
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}

/** The stream as it was before the first event of a page. */
interface Mark {
  readonly state: StreamState;
  /** Of the record before; empty before the first. */
  readonly hash: string;
}

class FollowedRollout implements RolloutLog {
  readonly rollout_id: string;
  readonly stream: string;
  readonly #ledger: LedgerReader;
  readonly #breathe: () => Promise<void>;
  readonly #begin_seq: number;
  #state: StreamState;
  #hash = "";
  #end: FollowedEnd = { last_n: -1, ended: false };
  readonly #marks: Mark[] = [];
  /** The last page and the one before it: whoever keeps up is told from here. */
  readonly #pages = new Map<number, RolloutEvent[]>();

  constructor(rollout_id: string, { stream, seq }: RolloutPlace, ledger: LedgerReader, breathe: () => Promise<void>) {
    this.rollout_id = rollout_id;
    this.stream = stream;
    this.#begin_seq = seq;
    this.#ledger = ledger;
    this.#breathe = breathe;
    this.#state = emptyState(stream);
  }

  get end(): FollowedEnd {
    return this.#end;
  }

  async look(end: StreamEnd | undefined): Promise<"read" | "replaced"> {
    const read = this.#state.next_seq - 1;
    if (end === undefined || end.seq <= read) return (await this.#stands(end)) ? "read" : "replaced";
    // Anybody may ask for what nobody began, and a whole stream takes long.
    if (read < 0 && !(await this.#isBegun())) return "read";
    while (this.#state.next_seq <= end.seq) {
      const from = this.#state.next_seq;
      const page = await this.#ledger.read(this.stream, from, READ_PAGE_RECORDS_MAX);
      // Somebody else read on meanwhile.
      if (this.#state.next_seq !== from) continue;
      if (!continues(page[0], this.#hash)) return "replaced";
      for (const stored of page) this.#take(stored);
      if (this.#state.next_seq <= end.seq) await this.#breathe();
    }
    return "read";
  }

  async page(page: number): Promise<readonly RolloutEvent[] | "replaced"> {
    const known = this.#pages.get(page);
    const mark = this.#marks[page];
    if (known !== undefined || mark === undefined) return known ?? [];
    return this.#readAgain(page, mark);
  }

  /** Whether the ledger still has what was read. */
  async #stands(end: StreamEnd | undefined): Promise<boolean> {
    const hash = this.#hash;
    const read = this.#state.next_seq - 1;
    if (read < 0 || (end?.seq === read && toHex(end.hash) === hash)) return true;
    // The end may be of a moment ago, and somebody else has read further since.
    const [last] = await this.#ledger.read(this.stream, read, 1);
    return last !== undefined && toHex(last.hash) === hash;
  }

  async #isBegun(): Promise<boolean> {
    const [first] = await this.#ledger.read(this.stream, this.#begin_seq, 1);
    return first?.record.body["rollout_id"] === this.rollout_id;
  }

  #take(stored: StoredRecord): void {
    const n = this.#end.last_n + 1;
    const { state, body } = foldRecord(this.#state, stored);
    const event = eventOf(this.rollout_id, n, stored, body, state);
    if (event !== undefined) this.#keep(event);
    this.#state = state;
    this.#hash = toHex(stored.hash);
  }

  #keep(event: RolloutEvent): void {
    const page = Math.floor(event.n / EVENTS_PAGE);
    if (event.n % EVENTS_PAGE === 0) {
      this.#marks.push({ state: this.#state, hash: this.#hash });
      this.#pages.set(page, []);
      this.#pages.delete(page - 2);
    }
    this.#pages.get(page)?.push(event);
    const { document: _document, ...last } = event;
    this.#end = { last_n: event.n, last, ended: isLast(event) };
  }

  async #readAgain(page: number, mark: Mark): Promise<readonly RolloutEvent[] | "replaced"> {
    const events: RolloutEvent[] = [];
    let { state, hash } = mark;
    const first = page * EVENTS_PAGE;
    const wanted = Math.min(EVENTS_PAGE, this.#end.last_n + 1 - first);
    while (events.length < wanted) {
      const records = await this.#ledger.read(this.stream, state.next_seq, EVENTS_PAGE);
      if (!continues(records[0], hash)) return "replaced";
      for (const stored of records) {
        const folded = foldRecord(state, stored);
        const event = eventOf(this.rollout_id, first + events.length, stored, folded.body, folded.state);
        if (event !== undefined && events.length < wanted) events.push(event);
        state = folded.state;
        hash = toHex(stored.hash);
      }
    }
    return events;
  }
}

/** A release is committed by the record after `run_end`. */
function isLast({ type, status }: RolloutEvent): boolean {
  return type === "finalize" || (type === "run_end" && status !== "success");
}

function continues(stored: StoredRecord | undefined, hash: string): boolean {
  return stored !== undefined && (hash === "" || toHex(stored.record.prev) === hash);
}
