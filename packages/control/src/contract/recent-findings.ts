/** Remembers what was found last, up to a number; what was asked for longest ago is forgotten first. */
export class RecentFindings<Finding> {
  readonly #found = new Map<string, Promise<Finding>>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get(key: string, find: () => Promise<Finding>): Promise<Finding> {
    const known = this.#found.get(key);
    this.#found.delete(key);
    const found = known ?? find();
    this.#found.set(key, found);
    if (this.#found.size > this.#max) {
      const [oldest] = this.#found.keys();
      if (oldest !== undefined) this.#found.delete(oldest);
    }
    return found;
  }
}
