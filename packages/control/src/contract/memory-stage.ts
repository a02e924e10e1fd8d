/** Where the cases of a fixture wait until all of them were read. */
import { compareUtf8 } from "@tau-edge/encoding";
import type { OpenCaseBook, StagedCase } from "@tau-edge/ports";

export type CaseStage = Pick<OpenCaseBook, "stage" | "staged">;

/** In the memory of this process: for fixtures that are small, as nearly all are. */
export class MemoryStage implements CaseStage {
  readonly #rows = new Map<string, StagedCase>();
  #bytes = 0;

  get size_bytes(): number {
    return this.#bytes;
  }

  stage(row: StagedCase): boolean {
    if (this.#rows.has(row.trimmed_id)) return false;
    this.#rows.set(row.trimmed_id, { ...row, raw: row.raw.slice() });
    this.#bytes += row.raw.length;
    return true;
  }

  staged(): Iterable<StagedCase> {
    return [...this.#rows.values()].sort(
      (a, b) =>
        compareUtf8(a.case_id, b.case_id) ||
        compareUtf8(a.blueprint_id, b.blueprint_id) ||
        compareUtf8(a.deploy_target, b.deploy_target) ||
        a.index - b.index,
    );
  }

  /** Hands everything over, in the order in which it was staged. */
  moveTo(stage: CaseStage): void {
    for (const row of this.#rows.values()) stage.stage(row);
    this.#rows.clear();
    this.#bytes = 0;
  }
}
