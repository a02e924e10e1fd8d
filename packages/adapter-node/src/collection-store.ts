/**
 * Marks objects in the transaction of the record that says so, and removes the files of collected ones while nobody can
 * append: an append finds them there and keeps them, or finds them gone and is refused.
 */
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { type Digest, digestBytes, digestOf } from "@tau-edge/encoding";
import { SYSTEM_STREAM } from "@tau-edge/ledger";
import {
  type AppendRequest,
  type AppendResult,
  type CollectExpectation,
  type CollectionStore,
  type CollectResult,
  lastAppended,
  SWEEP_OBJECTS_MAX,
  type SweepResult,
} from "@tau-edge/ports";
import { atMost } from "./at-most.ts";
import { SqliteCollectionReader } from "./collection-reader.ts";
import type { DurableFiles } from "./durable-files.ts";
import type { SqliteLedgerStore } from "./ledger-store.ts";
import { SYNCS_AT_ONCE_MAX } from "./limits.ts";
import { objectPath } from "./object-reader.ts";
import { blob } from "./sqlite-file.ts";

const CONDEMN = `INSERT INTO object_mark (digest, mark, stream, seq, at_unix_ms) VALUES (?, 'condemned', ?, ?, ?)
  ON CONFLICT (digest) DO NOTHING`;
const IS_CONDEMNED = "SELECT 1 FROM object_mark WHERE digest = ? AND mark = 'condemned' AND stream = ? AND seq = ?";
const COLLECT = "UPDATE object_mark SET mark = 'collected', stream = ?2, seq = ?3, at_unix_ms = ?4 WHERE digest = ?1";
const REMEMBER = "INSERT OR IGNORE INTO collected_object (digest, stream, seq, at_unix_ms) VALUES (?, ?, ?, ?)";
const RESCIND = "DELETE FROM object_mark WHERE digest = ? AND mark = 'condemned'";
const FORGET = "DELETE FROM object_mark WHERE digest = ? AND mark = 'collected'";
const TO_SWEEP = "SELECT digest FROM object_mark WHERE mark = 'collected' ORDER BY digest LIMIT ?";
const SYSTEM_SEQ = "SELECT coalesce(max(seq), -1) AS seq FROM record WHERE stream = ?";

export class SqliteCollectionStore extends SqliteCollectionReader implements CollectionStore {
  readonly #ledger: SqliteLedgerStore;
  readonly #files: DurableFiles;

  /** @param files of the state directory; shared by all its stores, so that a failed fsync of one stops them all */
  constructor(ledger: SqliteLedgerStore, files: DurableFiles) {
    super(ledger, files.home, files.fs);
    this.#ledger = ledger;
    this.#files = files;
  }

  async condemn(append: AppendRequest, digests: readonly Digest[]): Promise<AppendResult> {
    return this.#ledger.transaction(async (database) => {
      const result = this.#ledger.appendIn(database, append);
      if (result.outcome === "conflict") return result;
      const { stream, seq, at_unix_ms } = lastAppended(result.records);
      const insert = this.#ledger.file.statement(database, CONDEMN);
      for (const digest of digests) insert.run(digestBytes(digest), stream, seq, at_unix_ms);
      return result;
    });
  }

  async collect(
    append: AppendRequest,
    digests: readonly Digest[],
    expectation: CollectExpectation,
  ): Promise<CollectResult> {
    return this.#ledger.transaction<CollectResult>(async (database) => {
      const overtaken = () => this.#overtaken(database, append.stream, digests, expectation);
      const result = this.#ledger.appendIn<CollectResult>(database, append, overtaken);
      if (result.outcome !== "appended") return result;
      const { stream, seq, at_unix_ms } = lastAppended(result.records);
      const [mark, remember] = [COLLECT, REMEMBER].map((sql) => this.#ledger.file.statement(database, sql));
      for (const digest of digests) {
        mark?.run(digestBytes(digest), stream, seq, at_unix_ms);
        remember?.run(digestBytes(digest), stream, seq, at_unix_ms);
      }
      return result;
    });
  }

  async rescind(digests: readonly Digest[]): Promise<number> {
    if (!(await this.#isMarked())) return 0;
    return this.#ledger.transaction(async (database) => {
      const remove = this.#ledger.file.statement(database, RESCIND);
      return digests.reduce((removed, digest) => removed + Number(remove.run(digestBytes(digest)).changes), 0);
    });
  }

  async sweep(objects_max: number): Promise<SweepResult> {
    const nothing = { removed: 0, size_bytes: 0, left: false };
    if (!(await this.#isMarked())) return nothing;
    const most = Math.min(objects_max, SWEEP_OBJECTS_MAX);
    return this.#ledger.transaction(async (database) => {
      const marked = this.#ledger.file.statement(database, TO_SWEEP).all(most + 1);
      const digests = marked.slice(0, most).map(({ digest }) => digestOf(blob(digest)));
      const sizes = await this.#remove(digests);
      const forget = this.#ledger.file.statement(database, FORGET);
      for (const digest of digests) forget.run(digestBytes(digest));
      const size_bytes = sizes.reduce((sum, size) => sum + size, 0);
      return { removed: sizes.length, size_bytes, left: marked.length > most };
    });
  }

  /** Their marks go when the disk has said that they are gone: until then, whoever comes next removes them again. */
  async #remove(digests: readonly Digest[]): Promise<readonly number[]> {
    const sizes: number[] = [];
    const directories = new Set<string>();
    for (const digest of digests) {
      const path = objectPath(this.#files.home, digest);
      const size_bytes = await this.#files.remove(path);
      if (size_bytes === undefined) continue;
      sizes.push(size_bytes);
      directories.add(dirname(path));
    }
    await atMost(SYNCS_AT_ONCE_MAX, directories, (directory) => this.#files.syncNames(directory));
    return sizes;
  }

  #overtaken(
    database: DatabaseSync,
    stream: string,
    digests: readonly Digest[],
    { condemned_seq, system_seq }: CollectExpectation,
  ): CollectResult | undefined {
    const { file } = this.#ledger;
    const system = file.statement(database, SYSTEM_SEQ).get(SYSTEM_STREAM);
    if (system?.["seq"] !== system_seq) return { outcome: "overtaken", digests: [] };
    const isCondemned = file.statement(database, IS_CONDEMNED);
    const gone = digests.filter((digest) => isCondemned.get(digestBytes(digest), stream, condemned_seq) === undefined);
    return gone.length === 0 ? undefined : { outcome: "overtaken", digests: gone };
  }

  /** Looking creates no ledger where there is none. */
  async #isMarked(): Promise<boolean> {
    for await (const page of this.marks()) return page.length > 0;
    return false;
  }
}
