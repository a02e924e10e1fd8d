/**
 * Finds the route of a request. The path that every agent asks every few seconds has a matcher of its own: the one of all
 * paths makes an entry for each parameter of each of them, whichever it finds.
 */
import type { Result, Router } from "hono/router";
import { RegExpRouter } from "hono/router/reg-exp-router";

export class ResolveRouter<T> implements Router<T> {
  readonly name = "ResolveRouter";
  readonly #prefix: string;
  readonly #within = new RegExpRouter<T>();
  readonly #others = new RegExpRouter<T>();

  /** @param prefix of paths that are matched apart; no path outside may match what begins so */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  add(method: string, path: string, handler: T): void {
    this.#routerOf(path).add(method, path, handler);
  }

  match(method: string, path: string): Result<T> {
    return this.#routerOf(path).match(method, path);
  }

  #routerOf(path: string): RegExpRouter<T> {
    return path.startsWith(this.#prefix) ? this.#within : this.#others;
  }
}
