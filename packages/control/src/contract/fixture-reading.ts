/** Reads a fixture once, from its chunks, into a stage; it can be stopped and go on into another one. */
import { type FixtureFacts, FixtureReader, type FixtureRefusal } from "@tau-edge/contract";
import { type RunningSha256, type StartSha256, toHex } from "@tau-edge/encoding";
import type { FixtureSource } from "./cycle-request.ts";
import type { CaseStage } from "./memory-stage.ts";

/** What a cycle needs to know of a fixture whose cases are staged. */
export interface StagedFixture extends FixtureFacts {
  /** Of the bytes that were read: 64 hex digits. */
  readonly sha256: string;
}

export class FixtureReading {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #reader = new FixtureReader();
  readonly #hash: RunningSha256;
  #ended = false;

  constructor(source: FixtureSource, startSha256: StartSha256) {
    this.#chunks = source.chunks()[Symbol.asyncIterator]();
    this.#hash = startSha256();
  }

  /** Nothing more is to be read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @param goesOn asked after each chunk */
  async readInto(stage: CaseStage, goesOn: () => boolean): Promise<void> {
    while (!this.#ended && goesOn()) {
      const next = await this.#chunks.next();
      if (next.done === true) this.#ended = true;
      else this.#take(next.value, stage);
      if (this.#reader.isDecided) await this.close();
    }
  }

  /** Once everything was read. */
  result(): StagedFixture | FixtureRefusal {
    const read = this.#reader.end();
    return read.outcome === "refused" ? read : { ...read, sha256: toHex(this.#hash.digest()) };
  }

  /** Lets go of the source; it need not have come to its end. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#chunks.return?.();
  }

  #take(chunk: Uint8Array, stage: CaseStage): void {
    this.#hash.update(chunk);
    for (const row of this.#reader.push(chunk)) {
      const { case_id, blueprint_id, deploy_target } = row.case;
      const staged = {
        index: row.index,
        case_id,
        blueprint_id,
        deploy_target,
        trimmed_id: row.trimmed_id,
        raw: row.raw,
      };
      if (!stage.stage(staged)) this.#reader.duplicate(row);
    }
  }
}
