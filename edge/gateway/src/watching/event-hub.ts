/**
 * All that watch rollouts in this process. One of them looks at the ends of the ledger for all, four times a second while
 * somebody watches; while nobody does, nobody looks. No timer belongs to the hub: on Workers a timer belongs to a request.
 */
import { followRollout } from "@tau-edge/control";
import { type Clock, type LedgerReader, PortError } from "@tau-edge/ports";
import { LIMITS } from "../limits.ts";
import { nextTurn } from "../waiting/next-turn.ts";
import { Turn } from "../waiting/turn.ts";
import { makeEncodedPages } from "./encoded-pages.ts";
import { WatchedRollout } from "./watched-rollout.ts";

export interface EventHubPorts {
  readonly ledger: LedgerReader;
  readonly clock: Clock;
  /** How often the ends of the ledger are looked at. */
  readonly lookMs: number;
  onFault(error: unknown, code: string): void;
}

/** A place among the watchers, as long as it is kept. */
export interface WatchPlace {
  /** Said by whoever is still there: a Worker whose client has gone says nothing more. */
  keep(): void;
  leave(): void;
}

export interface EventHub {
  /** @returns undefined for what is no id, `full` where as many rollouts are watched as may be */
  rollout(rollout_id: string): WatchedRollout | "full" | undefined;
  /** Looks, unless somebody did a moment ago or is doing it now. */
  look(): Promise<void>;
  /** Reads a rollout to its end, unless somebody is doing it now. @returns whether it was tried */
  open(watched: WatchedRollout): Promise<boolean>;
  /** Brings an event back that is not at hand, unless somebody is doing it now. */
  load(watched: WatchedRollout, n: number): Promise<void>;
  /** Said by whoever watches it, again and again: what nobody watches is not looked at. */
  keep(watched: WatchedRollout): void;
  /** Of what nobody knows nothing is kept. */
  forget(watched: WatchedRollout): void;
  /**
   * @param client as `clientKey` has it
   * @returns undefined where as many watch as may, altogether or from there
   */
  enter(client: string): WatchPlace | undefined;
  /** How many watch now. */
  count(): number;
}

export function makeEventHub(ports: EventHubPorts): EventHub {
  return new Hub(ports);
}

class Hub implements EventHub {
  readonly #ports: EventHubPorts;
  /** By id, for whoever comes next. */
  readonly #known = new Map<string, WatchedRollout>();
  readonly #watched = new Set<WatchedRollout>();
  readonly #pages = makeEncodedPages(LIMITS.event_bytes_max);
  #opened = 0;
  readonly #turn = new Turn();
  readonly #places = new Map<symbol, { readonly client: string; readonly kept_unix_ms: number }>();
  #looked_unix_ms = Number.NEGATIVE_INFINITY;

  constructor(ports: EventHubPorts) {
    this.#ports = ports;
  }

  rollout(rollout_id: string): WatchedRollout | "full" | undefined {
    const known = this.#known.get(rollout_id);
    // What was replaced is read anew by whoever asks next.
    if (known !== undefined && known.broken?.code !== "event_unknown") {
      this.keep(known);
      return known;
    }
    const log = followRollout(rollout_id, this.#ports.ledger, nextTurn);
    if (log === undefined) return undefined;
    this.#forgetUnwatched();
    if (known === undefined && this.#known.size >= LIMITS.watched_rollouts_max) return "full";
    this.#opened += 1;
    const watched = new WatchedRollout(log, this.#pages, this.#opened);
    this.#known.set(rollout_id, watched);
    this.keep(watched);
    return watched;
  }

  keep(watched: WatchedRollout): void {
    watched.asked_unix_ms = this.#ports.clock.nowUnixMs();
    this.#watched.add(watched);
  }

  forget(watched: WatchedRollout): void {
    this.#watched.delete(watched);
    if (this.#known.get(watched.rollout_id) === watched) this.#known.delete(watched.rollout_id);
  }

  async look(): Promise<void> {
    const { clock, lookMs } = this.#ports;
    const now = clock.nowUnixMs();
    const age_ms = now - this.#looked_unix_ms;
    if (age_ms >= 0 && age_ms < lookMs) return;
    const turn = this.#turn.take(now, LIMITS.look_ms_max);
    if (turn === undefined) return;
    this.#looked_unix_ms = now;
    try {
      for (const watched of this.#watched) if (this.#isIdle(watched, now)) this.#watched.delete(watched);
      const known = [...this.#watched].filter(({ isKnown }) => isKnown);
      const ends = await this.#ends(known, now);
      if (ends === undefined) return;
      for (const watched of known) await this.#lookAt(watched, () => watched.look(ends.get(watched.stream), now));
    } finally {
      this.#turn.giveBack(turn);
    }
  }

  async open(watched: WatchedRollout): Promise<boolean> {
    const now = this.#ports.clock.nowUnixMs();
    const turn = watched.turn.take(now, LIMITS.look_ms_max);
    if (turn === undefined) return false;
    try {
      const ends = await this.#ends([watched], now);
      if (ends !== undefined) await this.#lookAt(watched, () => watched.look(ends.get(watched.stream), now));
      return true;
    } finally {
      watched.turn.giveBack(turn);
    }
  }

  async load(watched: WatchedRollout, n: number): Promise<void> {
    const now = this.#ports.clock.nowUnixMs();
    const turn = watched.turn.take(now, LIMITS.look_ms_max);
    if (turn === undefined) return;
    try {
      await this.#lookAt(watched, () => watched.load(n, now));
    } finally {
      watched.turn.giveBack(turn);
    }
  }

  enter(client: string): WatchPlace | undefined {
    this.#forgetGone();
    if (this.#places.size >= LIMITS.watchers_max) return undefined;
    const others = [...this.#places.values()].filter((place) => place.client === client);
    if (others.length >= LIMITS.watchers_each_max) return undefined;
    const place = Symbol();
    const keep = (): void => {
      this.#places.set(place, { client, kept_unix_ms: this.#ports.clock.nowUnixMs() });
    };
    keep();
    return { keep, leave: () => void this.#places.delete(place) };
  }

  count(): number {
    this.#forgetGone();
    return this.#places.size;
  }

  async #ends(asked: readonly WatchedRollout[], now: number) {
    try {
      return new Map((await this.#ports.ledger.ends()).map((end) => [end.stream, end]));
    } catch (error) {
      const code = error instanceof PortError ? error.code : "internal_error";
      for (const watched of asked) await this.#lookAt(watched, async () => watched.fails(code, error, now));
      return undefined;
    }
  }

  /** The operator is told once of what goes wrong, and not each time that it still does. */
  async #lookAt(watched: WatchedRollout, look: () => Promise<void>): Promise<void> {
    const before = watched.broken?.code;
    await look();
    const { broken } = watched;
    if (broken !== undefined && broken.code !== before)
      this.#ports.onFault(broken.error ?? `${watched.rollout_id}: the ledger was replaced`, broken.code);
  }

  /** Only where room is needed: whoever comes again a minute later need not read a whole stream. */
  #forgetUnwatched(): void {
    if (this.#known.size < LIMITS.watched_rollouts_max) return;
    const now = this.#ports.clock.nowUnixMs();
    for (const watched of this.#known.values()) if (this.#isIdle(watched, now)) this.forget(watched);
  }

  /** A watcher that does not read says nothing for a while; its rollout is looked at again when it does. */
  #isIdle({ asked_unix_ms }: WatchedRollout, now: number): boolean {
    return Math.abs(now - asked_unix_ms) > LIMITS.watched_kept_ms;
  }

  #forgetGone(): void {
    const now = this.#ports.clock.nowUnixMs();
    for (const [place, { kept_unix_ms }] of this.#places)
      if (Math.abs(now - kept_unix_ms) > LIMITS.watch_unread_ms_max + LIMITS.heartbeat_ms) this.#places.delete(place);
  }
}
