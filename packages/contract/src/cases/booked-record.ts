/** What a case book knows of earlier results, as far as it says whether a case was done. */
import { type ExactJsonValue, encodeUtf8, readJson } from "@tau-edge/encoding";

export interface KeyedResults {
  hasKey(key: string): boolean;
  /** The rollout, or else the failure, as below. */
  booked(identity: string): BookedRecord | undefined;
  bookedByKey(key: string): BookedRecord | undefined;
}

export interface BookedRecord {
  readonly case_key: string;
  readonly applied: boolean;
  /** JSON text of the rollout record, or of the failed case, as `state.json` has it. */
  readonly record: string;
}

/**
 * Reads the fields of a booked record; the original's may lack any.
 * @throws EncodingError when it is not JSON
 */
export function bookedField(record: string): (key: string) => ExactJsonValue | undefined {
  const bytes = encodeUtf8(record);
  const value = readJson(bytes, { integers: "exact", size_bytes_max: bytes.length });
  if (typeof value !== "object" || value === null || Array.isArray(value)) return () => undefined;
  return (key) => (Object.hasOwn(value, key) ? value[key] : undefined);
}
