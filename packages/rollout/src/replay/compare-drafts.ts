/** What was recorded beside what is decided now: the first difference, by record and field. */
import { type CborValue, digestOf, encodeCbor, toHex } from "@tau-edge/encoding";
import type { RecordDraft, StoredRecord } from "@tau-edge/ledger";
import type { ReplayDiffers } from "./replay-result.ts";

/** @returns undefined when each draft is, bit for bit, what stands in the record at its place */
export function compareDrafts(
  recorded: readonly StoredRecord[],
  drafts: readonly RecordDraft[],
): ReplayDiffers | undefined {
  for (const [index, draft] of drafts.entries()) {
    const stored = recorded[index];
    if (stored === undefined) {
      const seq = (recorded.at(-1)?.record.seq ?? -1) + 1;
      return { result: "differs", seq, field: "record", recorded: "nothing", recomputed: draft.type };
    }
    const difference = compareRecord(stored, draft);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function compareRecord({ record }: StoredRecord, draft: RecordDraft): ReplayDiffers | undefined {
  const { seq } = record;
  if (record.type !== draft.type)
    return { result: "differs", seq, field: "type", recorded: record.type, recomputed: draft.type };
  const fields = new Set([...Object.keys(record.body), ...Object.keys(draft.body)]);
  for (const field of [...fields].sort()) {
    const [before, now] = [valueIn(record.body, field), valueIn(draft.body, field)];
    if (sameValue(before, now)) continue;
    return { result: "differs", seq, field, recorded: inWords(before), recomputed: inWords(now) };
  }
  return undefined;
}

function valueIn(body: RecordDraft["body"], field: string): CborValue | undefined {
  return Object.hasOwn(body, field) ? body[field] : undefined;
}

function sameValue(a: CborValue | undefined, b: CborValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return toHex(encodeCbor(a)) === toHex(encodeCbor(b));
}

/** Digests as they are written everywhere, everything else as JSON. */
function inWords(value: CborValue | undefined): string {
  if (value === undefined) return "absent";
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Uint8Array) return part.length === 32 ? digestOf(part) : toHex(part);
    return typeof part === "bigint" ? String(part) : part;
  });
}
