/** The case book in maps. Books that share what is stored are processes that share a disk. */
import { type DeploymentHealth, EMPTY_HEALTH } from "@tau-edge/contract";
import { compareUtf8 } from "@tau-edge/encoding";
import type { BookedCase, CaseBook, CyclePosition, OpenCaseBook, StagedCase } from "@tau-edge/ports";
import { Faults } from "./faults.ts";

interface Pages {
  readonly position?: CyclePosition;
  readonly health: DeploymentHealth;
  readonly keys: ReadonlySet<string>;
  /** By identity. */
  readonly booked: ReadonlyMap<string, BookedCase>;
}

const BLANK: Pages = { health: EMPTY_HEALTH, keys: new Set(), booked: new Map() };

/** What a disk would hold, and whose turn it is. */
export class MemoryCases {
  pages: Pages = BLANK;
  turn: Promise<unknown> = Promise.resolve();
}

export interface MemoryBookOptions {
  readonly cases?: MemoryCases;
  readonly faults?: Faults;
}

export class MemoryCaseBook implements CaseBook {
  readonly cases: MemoryCases;
  readonly #faults: Faults;

  constructor(options: MemoryBookOptions = {}) {
    this.cases = options.cases ?? new MemoryCases();
    this.#faults = options.faults ?? new Faults();
  }

  async exclusively<T>(work: (book: OpenCaseBook) => Promise<T>): Promise<T> {
    const turn = this.cases.turn.then(() => this.#alone(work));
    this.cases.turn = turn.catch(() => undefined);
    return turn;
  }

  async #alone<T>(work: (book: OpenCaseBook) => Promise<T>): Promise<T> {
    const open = new OpenMemoryBook(this.cases.pages);
    try {
      const result = await work(open);
      this.#faults.write("cases", () => {
        this.cases.pages = open.pages();
      });
      return result;
    } finally {
      open.end();
    }
  }
}

class OpenMemoryBook implements OpenCaseBook {
  #position: CyclePosition | undefined;
  #health: DeploymentHealth;
  readonly #keys: Set<string>;
  readonly #booked: Map<string, BookedCase>;
  /** Identities by key. */
  readonly #identities: Map<string, string>;
  readonly #stage = new Map<string, StagedCase>();
  #ended = false;

  constructor({ position, health, keys, booked }: Pages) {
    this.#position = position;
    this.#health = health;
    this.#keys = new Set(keys);
    this.#booked = new Map(booked);
    this.#identities = new Map([...booked.values()].map((row) => [row.case_key, row.identity]));
  }

  pages(): Pages {
    const position = this.#position === undefined ? {} : { position: this.#position };
    return { ...position, health: this.#health, keys: this.#keys, booked: this.#booked };
  }

  end(): void {
    this.#ended = true;
  }

  position(): CyclePosition | undefined {
    return this.#open(this.#position);
  }

  setPosition(position: CyclePosition): void {
    this.#position = this.#open({ ...position });
  }

  health(): DeploymentHealth {
    return this.#open(this.#health);
  }

  setHealth(health: DeploymentHealth): void {
    this.#health = this.#open(structuredClone(health));
  }

  clearStage(): void {
    this.#open(this.#stage).clear();
  }

  stage(row: StagedCase): boolean {
    const stage = this.#open(this.#stage);
    if (stage.has(row.trimmed_id)) return false;
    stage.set(row.trimmed_id, { ...row, raw: row.raw.slice() });
    return true;
  }

  staged(): Iterable<StagedCase> {
    return [...this.#open(this.#stage).values()].sort(
      (a, b) =>
        compareUtf8(a.case_id, b.case_id) ||
        compareUtf8(a.blueprint_id, b.blueprint_id) ||
        compareUtf8(a.deploy_target, b.deploy_target) ||
        a.index - b.index,
    );
  }

  hasKey(key: string): boolean {
    return this.#open(this.#keys).has(key);
  }

  addKey(key: string): void {
    this.#open(this.#keys).add(key);
  }

  trimKeys(cap: number): void {
    const keys = this.#open(this.#keys);
    for (const key of keys) {
      if (keys.size <= cap) return;
      keys.delete(key);
    }
  }

  keys(): Iterable<string> {
    return [...this.#open(this.#keys)];
  }

  keyCount(): number {
    return this.#open(this.#keys).size;
  }

  booked(identity: string): BookedCase | undefined {
    return this.#open(this.#booked).get(identity);
  }

  bookedByKey(case_key: string): BookedCase | undefined {
    const identity = this.#open(this.#identities).get(case_key);
    return identity === undefined ? undefined : this.#booked.get(identity);
  }

  put(row: BookedCase): void {
    for (const other of [this.booked(row.identity), this.bookedByKey(row.case_key)]) {
      if (other === undefined) continue;
      this.#booked.delete(other.identity);
      this.#identities.delete(other.case_key);
    }
    this.#booked.set(row.identity, { ...row });
    this.#identities.set(row.case_key, row.identity);
  }

  applied(): Iterable<BookedCase> {
    return this.#rows((row) => row.applied);
  }

  failed(): Iterable<BookedCase> {
    return this.#rows((row) => !row.applied);
  }

  appliedOf(blueprint_id: string): Iterable<BookedCase> {
    return this.#rows((row) => row.applied && row.blueprint_id === blueprint_id);
  }

  clear(): void {
    this.#position = this.#open(undefined);
    this.#health = BLANK.health;
    this.#keys.clear();
    this.#booked.clear();
    this.#identities.clear();
  }

  #rows(wanted: (row: BookedCase) => boolean): Iterable<BookedCase> {
    const rows = [...this.#open(this.#booked).values()].filter(wanted);
    return rows.sort((a, b) => compareUtf8(a.case_key, b.case_key));
  }

  #open<T>(value: T): T {
    if (this.#ended) throw new Error("the case book was closed when its work ended");
    return value;
  }
}
