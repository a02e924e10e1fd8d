/**
 * Appends what the gateway records about access to the ledger in its Durable Object. The object takes records only as the
 * continuation of its chain, so of two that come at once the second is a conflict.
 */
import { DurableLedgerReader, LEDGER_NAME, type LedgerDurableObject } from "@tau-edge/adapter-cloudflare";
import { sha256 } from "@tau-edge/encoding";
import { type AppendRequest, type AppendResult, type LedgerStore, PortError, sealAppend } from "@tau-edge/ports";

export class SystemLedger extends DurableLedgerReader implements LedgerStore {
  readonly #namespace: DurableObjectNamespace<LedgerDurableObject>;

  constructor(namespace: DurableObjectNamespace<LedgerDurableObject>) {
    super(namespace);
    this.#namespace = namespace;
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    const { stream } = request;
    // Whether an object exists would have to be known in the same transaction.
    if (request.objects.length > 0)
      throw new PortError("store_unavailable", stream, "This ledger takes no records that name objects");
    const head = await this.head(stream);
    const result = sealAppend(request, head, sha256);
    if (result.outcome === "conflict") return result;
    const bytes = result.records.map((record) => record.bytes);
    const answer = await this.#import(stream, bytes);
    if (answer.outcome === "imported") return result;
    const now = await this.head(stream);
    if (now.seq !== head.seq) return { outcome: "conflict", head: now };
    throw new PortError("store_unavailable", stream, `The ledger refuses the records: ${answer.code} at ${answer.at}`);
  }

  async #import(stream: string, records: readonly Uint8Array[]) {
    try {
      return await this.#namespace.getByName(LEDGER_NAME).importRecords(stream, records);
    } catch (cause) {
      throw new PortError("store_unavailable", stream, "The ledger's Durable Object does not answer", { cause });
    }
  }
}
