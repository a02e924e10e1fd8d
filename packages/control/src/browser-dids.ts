/** Which identities were made here? The `did_initialized` records of the stream of privileged acts. */
import type { BrowserDids } from "@tau-edge/contract";
import { digestHex, toHex } from "@tau-edge/encoding";
import { type StoredRecord, SYSTEM_STREAM } from "@tau-edge/ledger";
import { type LedgerReader, READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { DID_INITIALIZED, type DidFacts, readDidInitialized } from "./did-record.ts";

/** One identity in one file. */
export interface RecordedDid {
  readonly facts: DidFacts;
  /** The last one that says so. */
  readonly stored: StoredRecord;
}

export interface SystemRecords {
  /** By DID and path, in the order in which each was recorded first. */
  readonly dids: ReadonlyMap<string, RecordedDid>;
  /** The last record of the stream, whatever it is about. */
  readonly last: StoredRecord | undefined;
}

export function didKeyOf({ did, output_path }: Pick<DidFacts, "did" | "output_path">): string {
  return JSON.stringify([did, output_path]);
}

/**
 * Reads the stream from its beginning: whoever asks makes one identity or writes a file anew, and both are rare.
 * @throws PortError `ledger_corrupt`, `ledger_newer`
 */
export async function readSystemRecords(ledger: LedgerReader): Promise<SystemRecords> {
  const dids = new Map<string, RecordedDid>();
  let last: StoredRecord | undefined;
  for (;;) {
    const from = last === undefined ? 0 : last.record.seq + 1;
    const page = await ledger.read(SYSTEM_STREAM, from, READ_PAGE_RECORDS_MAX);
    if (page.length === 0) return { dids, last };
    for (const stored of page) {
      last = stored;
      if (stored.record.type !== DID_INITIALIZED) continue;
      const facts = readDidInitialized(stored);
      dids.set(didKeyOf(facts), { facts, stored });
    }
  }
}

/** @returns as `state.json` lists them, undefined when none was ever made */
export async function browserDids(ledger: LedgerReader): Promise<BrowserDids | undefined> {
  const recorded = [...(await readSystemRecords(ledger)).dids.values()];
  const [first, ...others] = recorded.map(({ stored }) => stored);
  if (first === undefined) return undefined;
  const newest = others.reduce((a, b) => (b.record.seq > a.record.seq ? b : a), first);
  return {
    position: { seq: newest.record.seq, record_hash: toHex(newest.hash) },
    entries: recorded.map(({ facts: { payload, public_key_multibase: _inTheFile, ...facts } }) => ({
      ...facts,
      payload_sha256: digestHex(payload),
    })),
  };
}
