/** Which migrations does the ledger know? The `migrated` records of the stream of privileged acts. */
import { type StoredRecord, SYSTEM_STREAM } from "@tau-edge/ledger";
import { type LedgerReader, READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { MIGRATED, type MigratedFacts, readMigrated } from "./migrated-record.ts";

export interface RecordedMigration {
  readonly facts: MigratedFacts;
  readonly stored: StoredRecord;
}

/** Reads the stream from its beginning: migrations and their undos are rare. */
export async function lastMigration(ledger: LedgerReader): Promise<RecordedMigration | undefined> {
  let last: RecordedMigration | undefined;
  for (let from = 0; ; ) {
    const page = await ledger.read(SYSTEM_STREAM, from, READ_PAGE_RECORDS_MAX);
    if (page.length === 0) return last;
    for (const stored of page) if (stored.record.type === MIGRATED) last = { facts: readMigrated(stored), stored };
    from += page.length;
  }
}
