/** What a chaos case says when it has ended. The names are S3's. */
import type { Digest } from "@tau-edge/encoding";

export const CHAOS_CASES = [
  "network_partition_primary_quorum",
  "artifact_store_partial_unavailable",
  "wal_corruption_truncated_tail",
  "wal_corruption_checksum_mismatch",
] as const;
export type ChaosCase = (typeof CHAOS_CASES)[number];

/** How much of it: a few seconds with every test run, or everything. */
export type Extent = "short" | "full";

export interface Injected {
  /** In words, how often. */
  readonly injected: Readonly<Record<string, number>>;
  /** Codes with which it was noticed, refused or said. */
  readonly found: readonly string[];
  /** What should not have happened. */
  readonly problems: readonly string[];
}

export interface ChaosReport extends Injected {
  readonly case: ChaosCase;
  readonly proof: { readonly object: Digest; readonly seq: number; readonly verdicts_same: boolean };
}

/** Counts what is injected and gathers what comes of it. */
export class Findings {
  readonly #injected = new Map<string, number>();
  readonly #found = new Set<string>();
  readonly #problems: string[] = [];

  inject(what: string): void {
    this.#injected.set(what, (this.#injected.get(what) ?? 0) + 1);
  }

  code(code: string): void {
    this.#found.add(code);
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  expect(holds: boolean, text: string): void {
    if (!holds) this.problem(text);
  }

  get all(): Injected {
    return {
      injected: Object.fromEntries(this.#injected),
      found: [...this.#found].sort(),
      problems: this.#problems,
    };
  }
}
