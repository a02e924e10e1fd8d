/** Was a case done before, so that it need not be tried again? */
import { bookedField, type KeyedResults } from "./booked-record.ts";
import type { ContractCase } from "./case.ts";
import type { Evaluation } from "./evaluation.ts";
import { understandsLegacy } from "./legacy-key.ts";

/**
 * A case is done while it is the last of its identity: what was applied until something else is, what was malformed until
 * something else is malformed or applied. So a rollback to an earlier version is tried, a later version that failed leaves
 * the one that is applied alone, and what is malformed is not tried again and again.
 * @param case_key with the digest of what the case deploys now
 * @param evaluation what the case comes to now
 * @throws EncodingError when a booked record is not JSON
 */
export function isDone(results: KeyedResults, given: ContractCase, case_key: string, evaluation: Evaluation): boolean {
  return isLast(results, case_key, evaluation) || understandsLegacy(results, given, evaluation);
}

function isLast(results: KeyedResults, case_key: string, { outcome, reason }: Evaluation): boolean {
  if (!results.hasKey(case_key)) return false;
  const booked = results.bookedByKey(case_key);
  if (booked === undefined || booked.applied) return booked !== undefined;
  // The key does not say what a manifest claims: it may have been corrected in its place.
  return outcome === "malformed_input" && bookedField(booked.record)("reason") === reason;
}
