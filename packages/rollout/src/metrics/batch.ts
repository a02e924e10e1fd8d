/** What a reporter may send at once. */
import { BATCH_ID_CHARS_MAX, BATCH_OBSERVATIONS_MAX, REPORTER_CHARS_MAX } from "../limits.ts";
import type { ReportBatch } from "./window.ts";

export const BATCH_REFUSAL_MEANINGS = {
  batch_name: "The reporter or the batch has no name, or one that is too long or not printable ASCII.",
  batch_empty: "The batch has no observation.",
  batch_too_large: "The batch has more observations than the limit.",
  batch_count: "A count is not an integer from 0.",
  batch_latency: "A latency is not an integer of microseconds from 0.",
  batch_ended: "More starts ended in the batch than it has ends.",
} as const;
export type BatchRefusalCode = keyof typeof BATCH_REFUSAL_MEANINGS;

export interface BatchRefusal {
  readonly code: BatchRefusalCode;
  /** JSON path of the field. */
  readonly at: string;
  readonly remedy: string;
}

/** @returns why the batch is not counted, or undefined when it may be */
export function refuseBatch(batch: ReportBatch): BatchRefusal | undefined {
  return refuseNames(batch) ?? refuseNumbers(batch) ?? refuseSize(batch);
}

function refuseNames(batch: ReportBatch): BatchRefusal | undefined {
  const limits = { reporter: REPORTER_CHARS_MAX, batch_id: BATCH_ID_CHARS_MAX };
  for (const field of ["reporter", "batch_id"] as const)
    if (!/^[!-~]+$/.test(batch[field]) || batch[field].length > limits[field])
      return {
        code: "batch_name",
        at: `$.${field}`,
        remedy: `Send 1 to ${limits[field]} printable ASCII characters without space.`,
      };
  return undefined;
}

function refuseNumbers(batch: ReportBatch): BatchRefusal | undefined {
  for (const field of ["failed", "started", "ended"] as const)
    if (!isCount(batch[field]))
      return { code: "batch_count", at: `$.${field}`, remedy: "Send an integer from 0 to 2^53-1." };
  const wrong = batch.ok_latency_us.findIndex((latency) => !isCount(latency));
  if (wrong < 0) return undefined;
  return { code: "batch_latency", at: `$.ok_latency_us[${wrong}]`, remedy: "Round to whole microseconds." };
}

function refuseSize(batch: ReportBatch): BatchRefusal | undefined {
  const ends = batch.ok_latency_us.length + batch.failed;
  const observations = ends + batch.started;
  if (observations === 0)
    return { code: "batch_empty", at: "$", remedy: "Send a batch when there is something to report." };
  if (observations > BATCH_OBSERVATIONS_MAX)
    return { code: "batch_too_large", at: "$", remedy: `Send at most ${BATCH_OBSERVATIONS_MAX} observations a batch.` };
  if (batch.ended > ends)
    return { code: "batch_ended", at: "$.ended", remedy: "Count in `ended` only ends that are in the same batch." };
  return undefined;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
