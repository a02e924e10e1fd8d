/** What the latest collection plan found, for whoever only wants to see it: a look at the end of `system`, and at no object. */
import { type StoredRecord, SYSTEM_STREAM } from "@tau-edge/ledger";
import { type LedgerReader, PortError, READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { readFields } from "../record-fields.ts";
import type { Amount } from "./collection.ts";
import { COLLECTION_PLANNED } from "./collection-records.ts";

export interface LastPlan {
  readonly at_unix_ms: number;
  readonly condemned: Amount;
  readonly kept: Amount;
  /** Of all, those that no record names. */
  readonly orphans: Amount;
}

/**
 * @param system_seq the last record of `system`
 * @returns undefined when none of its latest records is a plan
 * @throws PortError `ledger_corrupt`, `ledger_newer`
 */
export async function lastPlan(ledger: LedgerReader, system_seq: number): Promise<LastPlan | undefined> {
  const from = Math.max(0, system_seq + 1 - READ_PAGE_RECORDS_MAX);
  const page = await ledger.read(SYSTEM_STREAM, from, READ_PAGE_RECORDS_MAX);
  const planned = page.findLast(({ record }) => record.type === COLLECTION_PLANNED);
  if (planned === undefined) return undefined;
  const { body, at_unix_ms } = planned.record;
  return {
    at_unix_ms,
    condemned: amountOf(planned, body["condemned"]),
    kept: amountOf(planned, body["kept"]),
    orphans: amountOf(planned, body["orphans"]),
  };
}

function amountOf(stored: StoredRecord, value: unknown): Amount {
  const { stream, seq } = stored.record;
  if (!isBody(value))
    throw new PortError("ledger_corrupt", `${stream}#${seq}`, "The record has no amount where it needs one");
  const fields = readFields({ ...stored, record: { ...stored.record, body: value } });
  return { objects: fields.count("objects"), size_bytes: fields.count("size_bytes") };
}

function isBody(value: unknown): value is StoredRecord["record"]["body"] {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
