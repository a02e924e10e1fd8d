/** Is the whole ledger what it was? Reads every record of every stream, those that no use case looks at included. */
import { toHex } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import { type LedgerReader, PortError, READ_PAGE_RECORDS_MAX, type StreamEnd } from "@tau-edge/ports";

/**
 * @param take is given each record once, in the order of its stream
 * @throws PortError `ledger_corrupt`, `ledger_newer` with the stream and seq of the first record that does not hold
 */
export async function verifyChains(
  ledger: LedgerReader,
  take: (stored: StoredRecord) => void = () => {},
): Promise<{ records: number; streams: number }> {
  const ends = await ledger.ends();
  let records = 0;
  for (const end of ends) {
    await verifyChain(ledger, end, take);
    records += end.seq + 1;
  }
  return { records, streams: ends.length };
}

async function verifyChain(ledger: LedgerReader, end: StreamEnd, take: (stored: StoredRecord) => void): Promise<void> {
  const { stream } = end;
  for (let seq = 0; seq <= end.seq; ) {
    // Each page proves its records and that they continue the page before.
    const page = await ledger.read(stream, seq, Math.min(READ_PAGE_RECORDS_MAX, end.seq + 1 - seq));
    for (const stored of page) take(stored);
    const last = page.at(-1);
    if (last === undefined) throw new PortError("ledger_corrupt", `${stream}#${seq}`, "The record is missing");
    seq = last.record.seq + 1;
    if (seq > end.seq && toHex(last.hash) !== toHex(end.hash))
      throw new PortError("ledger_corrupt", `${stream}#${end.seq}`, "The end of the stream has changed");
  }
}
