/** Records of the stream of cycles as they were stored, and the pages of results that they name. */
import { type CaseResult, CYCLE_RECORD_TYPE, type CycleFacts, readContractPage, readCycle } from "@tau-edge/contract";
import { digestOf } from "@tau-edge/encoding";
import { LedgerError, type StoredRecord } from "@tau-edge/ledger";
import { type ObjectReader, PortError } from "@tau-edge/ports";
import { STRUCTURED_OBJECT_BYTES_MAX } from "../limits.ts";

/** What a record of another type says is not for the case book: that a clock was accepted, for one. */
export function isCycle({ record }: StoredRecord): boolean {
  return record.type === CYCLE_RECORD_TYPE;
}

/** @throws PortError `ledger_corrupt`, `ledger_newer` */
export function cycleOf(stored: StoredRecord): CycleFacts {
  return readable(stored, () => readCycle(stored.record));
}

/**
 * The results of a cycle in the order in which they ended, a page at a time.
 * @throws PortError `object_corrupt` for a page that is missing, `ledger_corrupt`, `ledger_newer`
 */
export async function* pagesOf(
  stored: StoredRecord,
  { pages }: CycleFacts,
  objects: ObjectReader,
): AsyncGenerator<readonly CaseResult[], void, undefined> {
  for (const page of pages) {
    const bytes = await readNamed(page, stored, objects);
    yield readable(stored, () => readContractPage(bytes));
  }
}

/** @throws PortError `object_corrupt` when it is missing or has other bytes */
export async function readNamed(
  hash: Uint8Array,
  { record }: StoredRecord,
  objects: ObjectReader,
): Promise<Uint8Array> {
  const digest = digestOf(hash);
  const bytes = await objects.read(digest, STRUCTURED_OBJECT_BYTES_MAX);
  if (bytes !== undefined) return bytes;
  throw new PortError("object_corrupt", digest, `The object is missing that ${record.stream}#${record.seq} names`, {
    remedy: "Restore the state directory from a backup.",
  });
}

/** What chains and cannot be read was written by a newer program, or by nobody of ours. */
export function readable<T>({ record }: StoredRecord, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const newer = error.code === "object_newer";
    throw new PortError(newer ? "ledger_newer" : "ledger_corrupt", `${record.stream}#${record.seq}`, error.message, {
      cause: error,
      remedy: newer
        ? "Use the version of this program that wrote it, or a later one."
        : "The ledger is kept. See `tau-edge doctor`, and restore it from a backup.",
    });
  }
}
