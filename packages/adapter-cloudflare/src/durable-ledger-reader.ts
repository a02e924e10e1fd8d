/** Reads the ledger from its Durable Object, and proves every page to be a piece of the chain before it hands it on. */
import { sha256 as portableSha256, type Sha256 } from "@tau-edge/encoding";
import type { Head, StoredRecord } from "@tau-edge/ledger";
import {
  type LedgerReader,
  PortError,
  READ_PAGE_RECORDS_MAX,
  type StoredRow,
  type StreamEnd,
  verifyHead,
  verifyRows,
} from "@tau-edge/ports";
import type { DurableAnswer } from "./durable-answer.ts";
import type { LedgerAnswer, LedgerDurableObject } from "./ledger-durable-object.ts";

/** The name of the one object that holds the ledger. */
export const LEDGER_NAME = "ledger";

type Namespace = DurableObjectNamespace<LedgerDurableObject>;

export class DurableLedgerReader implements LedgerReader {
  readonly #namespace: Namespace;
  protected readonly sha256: Sha256;

  constructor(namespace: Namespace, sha256: Sha256 = portableSha256) {
    this.#namespace = namespace;
    this.sha256 = sha256;
  }

  streams(): Promise<readonly string[]> {
    return this.ask("ledger", (stub) => stub.streams());
  }

  ends(): Promise<readonly StreamEnd[]> {
    return this.ask("ledger", (stub) => stub.ends());
  }

  async head(stream: string): Promise<Head> {
    const rows = await this.ask(stream, (stub) => stub.lastTwo(stream));
    return verifyHead(rows, stream, this.sha256);
  }

  async read(stream: string, from: number, limit: number): Promise<readonly StoredRecord[]> {
    const first = Math.max(0, from);
    const wanted = Math.min(limit, READ_PAGE_RECORDS_MAX);
    if (wanted <= 0) return [];
    // With the row before the page, whose hash the page continues.
    const rows = await this.ask(stream, (stub) => stub.page(stream, first - 1, first === 0 ? wanted : wanted + 1));
    return verifyRows(rows, first, stream, this.sha256);
  }

  /** A stub belongs to the request that made it, so each call makes its own. */
  protected async ask<T>(at: string, call: (stub: LedgerStub) => Promise<LedgerAnswer<T>>): Promise<T> {
    let answer: LedgerAnswer<T>;
    try {
      answer = await call(this.#namespace.getByName(LEDGER_NAME));
    } catch (cause) {
      throw new PortError("store_unavailable", at, "The ledger's Durable Object does not answer", { cause });
    }
    if (answer.outcome === "newer")
      throw new PortError("ledger_newer", at, `The ledger has schema ${answer.schema_version}`);
    return answer.value;
  }
}

/** The methods of the object as they look from the other side. */
export interface LedgerStub {
  streams(): Promise<LedgerAnswer<readonly string[]>>;
  ends(): Promise<LedgerAnswer<readonly StreamEnd[]>>;
  lastTwo(stream: string): Promise<LedgerAnswer<readonly StoredRow[]>>;
  page(stream: string, from: number, limit: number): Promise<LedgerAnswer<readonly StoredRow[]>>;
  appendRecords(
    stream: string,
    expected_seq: number,
    records: readonly Uint8Array[],
  ): Promise<LedgerAnswer<DurableAnswer<Head | undefined>>>;
}
