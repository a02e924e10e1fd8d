/** A collection that comes at the worst time. */
import type { MemoryLedgerStore } from "@tau-edge/adapter-memory";
import type { Digest } from "@tau-edge/encoding";
import type { AppendRequest, AppendResult } from "@tau-edge/ports";

/**
 * Removes what is stored from now on, once: just before the next record is appended.
 * @returns how many objects went, once it has happened
 */
export function sweepBeforeNextAppend(ledger: MemoryLedgerStore, objects: Map<Digest, Uint8Array>): () => number {
  const before = new Set(objects.keys());
  const append = ledger.append.bind(ledger);
  let swept = 0;
  ledger.append = async (request: AppendRequest): Promise<AppendResult> => {
    const named = request.objects.filter((digest) => !before.has(digest));
    if (swept === 0) for (const digest of named) if (objects.delete(digest)) swept += 1;
    return append(request);
  };
  return () => swept;
}
