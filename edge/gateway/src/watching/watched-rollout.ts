/** One rollout that somebody watches: its events as bytes, made once for everybody. */
import { EVENTS_PAGE, type FollowedEnd, type RolloutLog } from "@tau-edge/control";
import { PortError, type StreamEnd } from "@tau-edge/ports";
import { LIMITS } from "../limits.ts";
import type { ProblemCode } from "../problems/problems.ts";
import { Turn } from "../waiting/turn.ts";
import type { EncodedPages } from "./encoded-pages.ts";
import { encodeEvent } from "./sse.ts";

/** Why nothing more can be told. */
export interface Broken {
  readonly code: ProblemCode;
  readonly since_unix_ms: number;
  readonly error: unknown;
}

export class WatchedRollout {
  /** One reads for all, because each would read the same. */
  readonly turn = new Turn();
  readonly #log: RolloutLog;
  readonly #pages: EncodedPages;
  readonly #ordinal: number;
  #broken: Broken | undefined;
  #isKnown = false;
  /** When somebody asked last; what nobody asks for is forgotten. */
  asked_unix_ms = 0;
  #looked_unix_ms = Number.NEGATIVE_INFINITY;

  /** @param ordinal no other one's: the same rollout of a ledger that was replaced has other events */
  constructor(log: RolloutLog, pages: EncodedPages, ordinal: number) {
    this.#log = log;
    this.#pages = pages;
    this.#ordinal = ordinal;
  }

  get stream(): string {
    return this.#log.stream;
  }

  get rollout_id(): string {
    return this.#log.rollout_id;
  }

  /** Whether it was read to its end once. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Since when what is known may be old. */
  get looked_unix_ms(): number {
    return this.#looked_unix_ms;
  }

  get end(): FollowedEnd {
    return this.#log.end;
  }

  get broken(): Broken | undefined {
    return this.#broken;
  }

  /** @returns undefined where the event is not at hand: it does not exist yet, or `load` brings it back */
  event(n: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#pages.get(this.#pageKey(n))?.[n % EVENTS_PAGE];
  }

  /** Up to the end of its stream. What goes wrong is kept in `broken`. */
  async look(end: StreamEnd | undefined, now_unix_ms: number): Promise<void> {
    try {
      const before = this.end.last_n;
      if ((await this.#log.look(end)) === "replaced") this.fails("event_unknown", undefined, now_unix_ms);
      else {
        this.#broken = undefined;
        this.#isKnown = true;
        this.#looked_unix_ms = now_unix_ms;
        if (this.end.last_n > before) await this.load(this.end.last_n, now_unix_ms);
      }
    } catch (error) {
      this.fails(error instanceof PortError ? error.code : "internal_error", error, now_unix_ms);
    }
  }

  /** Makes `event` give this one and its neighbours. */
  async load(n: number, now_unix_ms: number): Promise<void> {
    const page = Math.floor(n / EVENTS_PAGE);
    try {
      const events = await this.#log.page(page);
      if (events === "replaced") {
        this.fails("event_unknown", undefined, now_unix_ms);
        return;
      }
      const known = this.#pages.get(this.#pageKey(n)) ?? [];
      this.#pages.set(this.#pageKey(n), [...known, ...events.slice(known.length).map(encodeEvent)]);
    } catch (error) {
      this.fails(error instanceof PortError ? error.code : "internal_error", error, now_unix_ms);
    }
  }

  fails(code: ProblemCode, error: unknown, now_unix_ms: number): void {
    if (this.#broken?.code !== code) this.#broken = { code, since_unix_ms: now_unix_ms, error };
  }

  /** A ledger that is busy for a moment is waited for; what is wrong in it does not get better by waiting. */
  isLost(now_unix_ms: number): boolean {
    if (this.#broken === undefined) return false;
    const { code, since_unix_ms } = this.#broken;
    return code !== "store_unavailable" || now_unix_ms - since_unix_ms > LIMITS.watch_unreadable_ms_max;
  }

  #pageKey(n: number): string {
    return `${this.#ordinal} ${Math.floor(n / EVENTS_PAGE)}`;
  }
}
