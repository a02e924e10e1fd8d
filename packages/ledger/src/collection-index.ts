/**
 * Which holding keeps each object longest. Holdings come one by one, then stored objects are judged one by one: both are
 * linear, and what is remembered is one entry for each distinct digest.
 */
import type { Digest } from "@tau-edge/encoding";
import type { HeldObject, Holding, ObjectJudgement } from "./collection-holding.ts";
import type { RetentionClass } from "./retention.ts";
import { SYSTEM_STREAM } from "./stream.ts";

/** A stored object, as far as its judgement needs it. */
export interface JudgedObject {
  readonly digest: Digest;
  readonly size_bytes: number;
  /** When somebody stored it last, by the store's clock. */
  readonly renewed_unix_ms: number;
}

export interface OrphanTime {
  /** Of the collector's clock, which somebody compared with the ledger. */
  readonly now_unix_ms: number;
  /** How long an object waits for a record that names it; RETENTION_WINDOWS_MS.ephemeral, or longer. */
  readonly window_ms: number;
}

/** What all objects of a holding have in common. */
interface Kept {
  readonly root: string;
  readonly class: RetentionClass;
  readonly window_ms?: number;
  readonly age_ms: number;
  readonly reason: ObjectJudgement["reason"];
  /** Until it lets go, in ms; at most 0 when it has. */
  readonly left_ms: number;
}

interface Entry {
  kept: Kept;
  path: readonly string[];
  owner: string;
  named_unix_ms: number;
}

export class HoldingIndex {
  readonly #entries = new Map<Digest, Entry>();

  /** Distinct objects so far. */
  get size(): number {
    return this.#entries.size;
  }

  has(digest: Digest): boolean {
    return this.#entries.has(digest);
  }

  /** @param nowOf the time that the next record of a stream would get */
  add(holding: Holding, nowOf: (stream: string) => number): void {
    const kept = keptBy(holding, nowOf);
    for (const object of holding.objects) this.#hold(object, kept, holding.stream);
  }

  judge(stored: JudgedObject, orphans: OrphanTime): ObjectJudgement {
    const { digest, size_bytes } = stored;
    const entry = this.#entries.get(digest);
    if (entry === undefined) return judgeOrphan(stored, orphans);
    const { left_ms, ...facts } = entry.kept;
    const verdict = left_ms > 0 ? "stays" : "goes";
    return { digest, size_bytes, ...facts, verdict, path: entry.path, owner: entry.owner };
  }

  #hold({ digest, path, named_unix_ms }: HeldObject, kept: Kept, stream: string): void {
    const entry = this.#entries.get(digest);
    if (entry === undefined) {
      this.#entries.set(digest, { kept, path, owner: stream, named_unix_ms });
      return;
    }
    if (kept.left_ms > entry.kept.left_ms) {
      entry.kept = kept;
      entry.path = path;
    }
    if (named_unix_ms > entry.named_unix_ms || (named_unix_ms === entry.named_unix_ms && stream > entry.owner)) {
      entry.owner = stream;
      entry.named_unix_ms = named_unix_ms;
    }
  }
}

function keptBy(holding: Holding, nowOf: (stream: string) => number): Kept {
  const { root, state, window_ms } = holding;
  const facts = { root, class: holding.class, ...(window_ms === undefined ? {} : { window_ms }) };
  const for_ever = { age_ms: 0, left_ms: Number.POSITIVE_INFINITY };
  if ("held" in state) return { ...facts, ...for_ever, reason: state.held };
  const age_ms = nowOf(holding.stream) - state.ended_unix_ms;
  if (window_ms === undefined) return { ...facts, ...for_ever, age_ms, reason: "golden" };
  const left_ms = window_ms - age_ms;
  return { ...facts, age_ms, left_ms, reason: left_ms > 0 ? "within_window" : "expired" };
}

function judgeOrphan(stored: JudgedObject, { now_unix_ms, window_ms }: OrphanTime): ObjectJudgement {
  const { digest, size_bytes, renewed_unix_ms } = stored;
  const age_ms = now_unix_ms - renewed_unix_ms;
  const isOver = age_ms >= window_ms;
  return {
    digest,
    size_bytes,
    class: "ephemeral",
    age_ms,
    window_ms,
    verdict: isOver ? "goes" : "stays",
    reason: isOver ? "orphan_expired" : "orphan_young",
    owner: SYSTEM_STREAM,
  };
}
