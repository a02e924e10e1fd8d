/** What takes long to count: counted while nobody waits for it, at most every few minutes, and only while somebody asks. */
import { LIMITS } from "../limits.ts";
import type { Exposition } from "./exposition.ts";

export interface StoreSizes {
  readonly ledger_size_bytes: number;
  readonly objects: number;
  readonly objects_size_bytes: number;
  readonly condemned: number;
  readonly collected: number;
  readonly agents: { readonly registered: number; readonly revoked: number };
}

export class KnownSizes {
  readonly #count: (() => Promise<StoreSizes>) | undefined;
  readonly #onFault: (error: unknown) => void;
  #last: StoreSizes | undefined;
  #counted_unix_ms = Number.NEGATIVE_INFINITY;
  #counting = false;
  #failed = false;

  constructor(count: (() => Promise<StoreSizes>) | undefined, onFault: (error: unknown) => void) {
    this.#count = count;
    this.#onFault = onFault;
  }

  /** What was counted last; begins to count anew when that is long ago. */
  write(exposition: Exposition, now_unix_ms: number): void {
    const age_ms = now_unix_ms - this.#counted_unix_ms;
    if (age_ms < 0 || age_ms >= LIMITS.metrics_sizes_ms) void this.#refresh(now_unix_ms);
    if (this.#failed) exposition.add("metrics_failed", { source: "sizes" }, 1);
    if (this.#last === undefined) return;
    const { agents, ...sizes } = this.#last;
    exposition.add("ledger_size_bytes", {}, sizes.ledger_size_bytes);
    exposition.add("objects", {}, sizes.objects);
    exposition.add("objects_size_bytes", {}, sizes.objects_size_bytes);
    exposition.add("objects_marked", { mark: "condemned" }, sizes.condemned);
    exposition.add("objects_marked", { mark: "collected" }, sizes.collected);
    exposition.add("agents", { state: "registered" }, agents.registered);
    exposition.add("agents", { state: "revoked" }, agents.revoked);
  }

  async #refresh(now_unix_ms: number): Promise<void> {
    if (this.#count === undefined || this.#counting) return;
    this.#counting = true;
    this.#counted_unix_ms = now_unix_ms;
    try {
      this.#last = await this.#count();
      this.#failed = false;
    } catch (error) {
      // Of yesterday it would look like of now.
      this.#last = undefined;
      this.#failed = true;
      this.#onFault(error);
    } finally {
      this.#counting = false;
    }
  }
}
