/**
 * Whose turn is it to do what all wait for? Nobody waits for another one's promise: on Workers it may belong to a request
 * whose client has gone, and then it never settles. Whoever does not get the turn looks again a moment later, and a turn
 * that is held for too long is anybody's.
 */
export class Turn {
  #until_unix_ms = Number.NEGATIVE_INFINITY;
  #taken_unix_ms = Number.POSITIVE_INFINITY;
  #holder: symbol | undefined;

  /** @returns what to give it back with; undefined while it is somebody else's */
  take(now_unix_ms: number, ms_max: number): symbol | undefined {
    // A clock that was put back must not make a turn last for years.
    const isHeld = now_unix_ms < this.#until_unix_ms && now_unix_ms >= this.#taken_unix_ms;
    if (this.#holder !== undefined && isHeld) return undefined;
    this.#holder = Symbol();
    this.#taken_unix_ms = now_unix_ms;
    this.#until_unix_ms = now_unix_ms + ms_max;
    return this.#holder;
  }

  isHeldBy(holder: symbol): boolean {
    return this.#holder === holder;
  }

  giveBack(holder: symbol): void {
    if (this.#holder === holder) this.#holder = undefined;
  }
}
