/** The case book in maps. Books that share what is stored are processes that share a disk. */
import { type DeploymentHealth, EMPTY_HEALTH } from "@tau-edge/contract";
import { compareUtf8 } from "@tau-edge/encoding";
import type { BookedCase, CaseBook, CyclePosition, OpenCaseBook, StagedCase } from "@tau-edge/ports";
import { Faults } from "./faults.ts";

interface Pages {
  readonly position?: CyclePosition;
  readonly health: DeploymentHealth;
  readonly keys: ReadonlySet<string>;
  readonly booked: readonly BookedCase[];
}

const BLANK: Pages = { health: EMPTY_HEALTH, keys: new Set(), booked: [] };

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
  readonly #rollouts = new MemoryRows();
  readonly #failures = new MemoryRows();
  readonly #stage = new Map<string, StagedCase>();
  #ended = false;

  constructor({ position, health, keys, booked }: Pages) {
    this.#position = position;
    this.#health = health;
    this.#keys = new Set(keys);
    for (const row of booked) this.#rowsOf(row.applied).put(row);
  }

  pages(): Pages {
    const position = this.#position === undefined ? {} : { position: this.#position };
    const booked = [...this.#rollouts.all(), ...this.#failures.all()];
    return { ...position, health: this.#health, keys: this.#keys, booked };
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

  dropKey(key: string): void {
    this.#open(this.#keys).delete(key);
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
    return this.#open(this.#rollouts).ofIdentity(identity) ?? this.#failures.ofIdentity(identity);
  }

  bookedByKey(case_key: string): BookedCase | undefined {
    return this.#open(this.#rollouts).ofKey(case_key) ?? this.#failures.ofKey(case_key);
  }

  put(row: BookedCase): void {
    if (row.applied) this.#open(this.#failures).drop(row.identity);
    this.#open(this.#rowsOf(row.applied)).put(row);
  }

  applied(): Iterable<BookedCase> {
    return this.#open(this.#rollouts).all();
  }

  failed(): Iterable<BookedCase> {
    return this.#open(this.#failures).all();
  }

  appliedOf(blueprint_id: string): Iterable<BookedCase> {
    return this.#open(this.#rollouts)
      .all()
      .filter((row) => row.blueprint_id === blueprint_id);
  }

  clear(): void {
    this.#position = this.#open(undefined);
    this.#health = BLANK.health;
    this.#keys.clear();
    this.#rollouts.clear();
    this.#failures.clear();
  }

  #rowsOf(applied: boolean): MemoryRows {
    return applied ? this.#rollouts : this.#failures;
  }

  #open<T>(value: T): T {
    if (this.#ended) throw new Error("the case book was closed when its work ended");
    return value;
  }
}

class MemoryRows {
  readonly #rows = new Map<string, BookedCase>();
  /** Identities by key. */
  readonly #identities = new Map<string, string>();

  ofIdentity(identity: string): BookedCase | undefined {
    return this.#rows.get(identity);
  }

  ofKey(case_key: string): BookedCase | undefined {
    const identity = this.#identities.get(case_key);
    return identity === undefined ? undefined : this.#rows.get(identity);
  }

  put(row: BookedCase): void {
    this.drop(row.identity);
    const other = this.#identities.get(row.case_key);
    if (other !== undefined) this.drop(other);
    this.#rows.set(row.identity, { ...row });
    this.#identities.set(row.case_key, row.identity);
  }

  drop(identity: string): void {
    const row = this.#rows.get(identity);
    if (row === undefined) return;
    this.#rows.delete(identity);
    this.#identities.delete(row.case_key);
  }

  all(): BookedCase[] {
    return [...this.#rows.values()].sort((a, b) => compareUtf8(a.case_key, b.case_key));
  }

  clear(): void {
    this.#rows.clear();
    this.#identities.clear();
  }
}
