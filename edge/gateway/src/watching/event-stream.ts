/**
 * What one watcher is sent. A stream has a position and nothing else: it is asked for the next bytes when the last ones have
 * gone, so whoever reads slowly holds one event, and everybody's events are the same bytes.
 */
import type { Clock } from "@tau-edge/ports";
import { LIMITS } from "../limits.ts";
import type { EventHub, WatchPlace } from "./event-hub.ts";
import { encodeNotice, encodeRetry, HEARTBEAT } from "./sse.ts";
import type { WatchedRollout } from "./watched-rollout.ts";

export interface Watching {
  readonly hub: EventHub;
  readonly watched: WatchedRollout;
  readonly place: WatchPlace;
  readonly clock: Clock;
  /** The first event to be sent. */
  readonly next_n: number;
  readonly lookMs: number;
  /** After which the client is to come again. */
  readonly msMax: number;
  /** The gateway ends. */
  readonly stopping: AbortSignal | undefined;
  /** @returns the problem document for whoever may not read any more */
  refused(): Promise<object | undefined>;
  /** What ended it, as a client is told. */
  problem(code: NonNullable<WatchedRollout["broken"]>["code"]): object;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** What comes next: bytes, and whether they are the last ones. */
interface Piece {
  readonly bytes?: Bytes;
  readonly last?: true;
}

export function streamEvents(watching: Watching): ReadableStream<Bytes> {
  const watcher = new Watcher(watching);
  return new ReadableStream<Bytes>(
    {
      pull: (controller) => watcher.pull(controller),
      cancel: () => watcher.leave(),
    },
    // Nothing is made before it is asked for.
    { highWaterMark: 0 },
  );
}

class Watcher {
  readonly #watching: Watching;
  readonly #begun_unix_ms: number;
  #next_n: number;
  #sent_unix_ms: number;
  #checked_unix_ms: number;
  #hasBegun = false;
  #left = false;
  #wake: (() => void) | undefined;
  #unread: ReturnType<typeof setTimeout> | undefined;
  readonly #onStopping = (): void => this.#wake?.();

  constructor(watching: Watching) {
    this.#watching = watching;
    this.#next_n = watching.next_n;
    const now = watching.clock.nowUnixMs();
    this.#begun_unix_ms = now;
    this.#sent_unix_ms = now;
    this.#checked_unix_ms = now;
    watching.stopping?.addEventListener("abort", this.#onStopping);
  }

  leave(): void {
    this.#left = true;
    this.#keepReading();
    this.#watching.stopping?.removeEventListener("abort", this.#onStopping);
    this.#watching.place.leave();
    this.#wake?.();
  }

  async pull(controller: ReadableStreamDefaultController<Bytes>): Promise<void> {
    this.#keepReading();
    const piece = await this.#piece();
    if (this.#left) return;
    const { bytes, last } = piece;
    this.#sent_unix_ms = this.#watching.clock.nowUnixMs();
    if (bytes !== undefined) controller.enqueue(bytes);
    if (last === true) {
      controller.close();
      this.leave();
      return;
    }
    this.#unread = setTimeout(() => this.#cut(controller), LIMITS.watch_unread_ms_max);
  }

  #keepReading(): void {
    if (this.#unread !== undefined) clearTimeout(this.#unread);
  }

  /** Its last id is good for going on. */
  #cut(controller: ReadableStreamDefaultController<Bytes>): void {
    controller.error(new Error("The client does not read"));
    this.leave();
  }

  async #piece(): Promise<Piece> {
    const { hub, watched, clock, place, lookMs, msMax, stopping } = this.#watching;
    for (;;) {
      if (this.#left || stopping?.aborted === true) return { last: true };
      place.keep();
      hub.keep(watched);
      const now = clock.nowUnixMs();
      const refused = await this.#refused(now);
      if (refused !== undefined) return { bytes: encodeNotice("problem", refused), last: true };
      const piece = this.#atHand(now);
      if (piece !== undefined) return piece;
      if (isPast(now, this.#begun_unix_ms, msMax)) return { last: true };
      if (isPast(now, this.#sent_unix_ms, LIMITS.heartbeat_ms)) return { bytes: HEARTBEAT };
      const isThere = this.#next_n <= watched.end.last_n;
      await (isThere ? hub.load(watched, this.#next_n) : hub.look());
      if (this.#next_n > watched.end.last_n) await this.#pause(lookMs);
      else if (watched.event(this.#next_n) === undefined) await this.#pause(LIMITS.turn_ms);
    }
  }

  #atHand(now: number): Piece | undefined {
    const { watched, problem } = this.#watching;
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      return { bytes: encodeRetry(LIMITS.watch_retry_ms) };
    }
    const { broken, end } = watched;
    if (broken !== undefined && watched.isLost(now))
      return { bytes: encodeNotice("problem", problem(broken.code)), last: true };
    const bytes = watched.event(this.#next_n);
    if (bytes !== undefined) {
      this.#next_n += 1;
      return { bytes };
    }
    if (!end.ended || this.#next_n <= end.last_n) return undefined;
    const { rollout_id, status, failure_code, n } = end.last ?? {};
    return { bytes: encodeNotice("end", { rollout_id, status, failure_code, n }), last: true };
  }

  /** Whoever may not read any more is told so, and not until something happens. */
  async #refused(now: number): Promise<object | undefined> {
    if (!isPast(now, this.#checked_unix_ms, LIMITS.watch_recheck_ms)) return undefined;
    this.#checked_unix_ms = now;
    return this.#watching.refused();
  }

  #pause(ms: number): Promise<void> {
    if (this.#left) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A clock that was put back makes it due, too. */
function isPast(now: number, since: number, ms: number): boolean {
  return now - since >= ms || now < since;
}
