/** The agent directory in maps. Directories that share what is stored are processes that share a disk. */
import { DirectoryWork, StoredDirectory } from "@tau-edge/ports";
import { Faults } from "./faults.ts";
import { MemoryDirectoryRows } from "./memory-directory-rows.ts";

/** What a disk would hold. */
export class MemoryAgents {
  rows = new MemoryDirectoryRows();
}

export interface MemoryDirectoryOptions {
  readonly stored?: MemoryAgents;
  readonly faults?: Faults;
}

export class MemoryAgentDirectory extends StoredDirectory {
  readonly stored: MemoryAgents;
  readonly #faults: Faults;

  constructor(options: MemoryDirectoryOptions = {}) {
    super();
    this.stored = options.stored ?? new MemoryAgents();
    this.#faults = options.faults ?? new Faults();
  }

  protected look<T>(_empty: T, ask: (work: DirectoryWork) => T): T {
    return ask(new DirectoryWork(this.stored.rows));
  }

  protected lookAtOnce<T>(empty: T, ask: (work: DirectoryWork) => T): T {
    return this.look(empty, ask);
  }

  /** All of it or nothing: what fails on its way has changed a copy. */
  protected async change<T>(change: (work: DirectoryWork) => T): Promise<T> {
    const rows = this.stored.rows.copy();
    const result = change(new DirectoryWork(rows));
    return this.#faults.write("agents", () => {
      this.stored.rows = rows;
      return result;
    });
  }
}
