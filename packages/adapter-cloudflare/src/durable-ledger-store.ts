/** Writes the ledger in its Durable Object: one transaction an append, and the answer leaves the object after its writes. */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import { isStreamName, LedgerError } from "@tau-edge/ledger";
import {
  type AppendRequest,
  type AppendResult,
  type LedgerStore,
  type ObjectReader,
  PortError,
  sealAppend,
} from "@tau-edge/ports";
import { valueIn } from "./durable-answer.ts";
import { DurableLedgerReader } from "./durable-ledger-reader.ts";
import type { LedgerDurableObject } from "./ledger-durable-object.ts";

export class DurableLedgerStore extends DurableLedgerReader implements LedgerStore {
  readonly #objects: Pick<ObjectReader, "stat">;

  /** @param objects where the objects lie that records name; nothing removes one, so what is there stays */
  constructor(
    namespace: DurableObjectNamespace<LedgerDurableObject>,
    objects: Pick<ObjectReader, "stat">,
    sha256?: Sha256,
  ) {
    super(namespace, sha256);
    this.#objects = objects;
  }

  /** Sealed here against the head that was read, and taken by the object only while that is still the head. */
  async append(request: AppendRequest): Promise<AppendResult> {
    const { stream, expected_seq, objects } = request;
    if (!isStreamName(stream)) throw new LedgerError("stream_malformed", "stream", "Not the name of a stream");
    const sealed = sealAppend(request, await this.head(stream), this.sha256);
    if (sealed.outcome === "conflict") return sealed;
    await Promise.all(objects.map((digest) => this.#requireObject(digest)));
    const records = sealed.records.map(({ bytes }) => bytes);
    const answer = await this.ask(stream, (stub) => stub.appendRecords(stream, expected_seq, records));
    const head = valueIn(answer);
    return head === undefined ? sealed : { outcome: "conflict", head };
  }

  async #requireObject(digest: Digest): Promise<void> {
    if ((await this.#objects.stat(digest)) === undefined)
      throw new PortError("object_condemned", digest, "A record names an object that is not stored");
  }
}
