/** The deletion log: the `objects_collected` records of the whole ledger, each of which is hashed into its stream's chain. */
import { toHex } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import { type LedgerReader, type ObjectReader, READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import type { CollectedList } from "./collection.ts";
import { OBJECTS_COLLECTED, readCollected } from "./collection-records.ts";
import { readObjectList } from "./object-list.ts";

/** By time. @throws PortError `ledger_corrupt`, `object_condemned` for a list that is gone */
export async function* readDeletionLog(ports: {
  readonly ledger: LedgerReader;
  readonly objects: ObjectReader;
}): AsyncGenerator<CollectedList, void, undefined> {
  const records: StoredRecord[] = [];
  for (const { stream, seq } of await ports.ledger.ends())
    for (let from = 0; from <= seq; from += READ_PAGE_RECORDS_MAX) {
      const page = await ports.ledger.read(stream, from, READ_PAGE_RECORDS_MAX);
      for (const stored of page) if (stored.record.type === OBJECTS_COLLECTED) records.push(stored);
    }
  records.sort((a, b) => a.record.at_unix_ms - b.record.at_unix_ms);
  for (const stored of records) {
    const { stream, seq, at_unix_ms } = stored.record;
    const { list, condemned_seq } = readCollected(stored);
    const objects = await readObjectList(list, "collected", ports.objects);
    yield { stream, seq, record_hash: toHex(stored.hash), at_unix_ms, condemned_seq, list, objects };
  }
}
