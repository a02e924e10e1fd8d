/** Attempts that wait for their time, the earliest first: a heap, so that ten thousand of them cost what they must. */

interface Waiting<Item> {
  readonly due_unix_ms: number;
  /** Of two that are due at the same time, the one that came first. */
  readonly order: number;
  readonly item: Item;
}

export class WaitingRetries<Item> {
  readonly #heap: Waiting<Item>[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the next one is due; undefined when none waits. */
  get next_unix_ms(): number | undefined {
    return this.#heap[0]?.due_unix_ms;
  }

  add(item: Item, due_unix_ms: number): void {
    const heap = this.#heap;
    const added = { item, due_unix_ms, order: this.#added++ };
    let at = heap.length;
    for (let parent = (at - 1) >> 1; at > 0; parent = (at - 1) >> 1) {
      const above = heap[parent];
      if (above === undefined || isBefore(above, added)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = added;
  }

  /** The one that is due first, whether its time has come or not. */
  take(): Item | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first?.item;
  }

  /** Puts `moved` in the place of the first one. */
  #sink(moved: Waiting<Item>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(moved, child)) break;
      heap[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = moved;
  }
}

function isBefore<Item>(a: Waiting<Item>, b: Waiting<Item>): boolean {
  return a.due_unix_ms === b.due_unix_ms ? a.order < b.order : a.due_unix_ms < b.due_unix_ms;
}
