/** Collects reasons in any order and gives them back in the order of the code table. */
import { REASON_CODE_ORDER, REASON_CODES, type ReasonCode } from "./reason-codes.ts";
import type { Reason } from "./verdict.ts";

export class ReasonList {
  readonly #byCode = new Map<ReasonCode, Reason[]>();

  constructor(reasons: readonly Reason[] = []) {
    for (const reason of reasons) this.#push(reason);
  }

  add(code: ReasonCode, where: Pick<Reason, "subject" | "at" | "path"> = {}): void {
    const { fatal, remedy } = REASON_CODES[code];
    this.#push({ code, ...where, fatal, remedy });
  }

  /** By code; within one code in the order in which they were added. */
  sorted(): readonly Reason[] {
    return REASON_CODE_ORDER.flatMap((code) => this.#byCode.get(code) ?? []);
  }

  static codes(reasons: readonly Reason[]): readonly ReasonCode[] {
    return [...new Set(reasons.map((reason) => reason.code))];
  }

  #push(reason: Reason): void {
    const known = this.#byCode.get(reason.code);
    if (known === undefined) this.#byCode.set(reason.code, [reason]);
    else known.push(reason);
  }
}
