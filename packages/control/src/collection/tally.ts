/** Counts objects and bytes. */
import { type ObjectJudgement, RETENTION_CLASSES, type RetentionClass } from "@tau-edge/ledger";
import type { Amount, ClassAmounts } from "./collection.ts";

export const NOTHING: Amount = { objects: 0, size_bytes: 0 };

export function plus(amount: Amount, { size_bytes }: { readonly size_bytes: number }, objects = 1): Amount {
  return { objects: amount.objects + objects, size_bytes: amount.size_bytes + size_bytes };
}

export function sumOf(objects: Iterable<{ readonly size_bytes: number }>): Amount {
  let sum = NOTHING;
  for (const object of objects) sum = plus(sum, object);
  return sum;
}

export class Tally {
  readonly #classes = new Map<RetentionClass, { stays: Amount; goes: Amount }>(
    RETENTION_CLASSES.map((name) => [name, { stays: NOTHING, goes: NOTHING }]),
  );
  stays = NOTHING;
  goes = NOTHING;
  orphans = NOTHING;

  add(judgement: ObjectJudgement): void {
    const amounts = this.#classes.get(judgement.class);
    const { verdict, reason } = judgement;
    this[verdict] = plus(this[verdict], judgement);
    if (amounts !== undefined) amounts[verdict] = plus(amounts[verdict], judgement);
    if (reason === "orphan_young" || reason === "orphan_expired") this.orphans = plus(this.orphans, judgement);
  }

  get classes(): readonly ClassAmounts[] {
    return Array.from(this.#classes, ([name, amounts]) => ({ class: name, ...amounts }));
  }
}
