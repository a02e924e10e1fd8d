/** Did a case come to what its author expected? */
import type { ExpectedResult } from "./case.ts";
import type { Evaluation } from "./evaluation.ts";

/** The first field that differs, with both values as JSON text of at most 2,000 characters. */
export interface Mismatch {
  readonly field: "outcome" | "status_code" | "error_code" | "response_body";
  readonly expected: string;
  readonly actual: string;
}

export type CheckExpected = (evaluation: Evaluation, expected: ExpectedResult) => Mismatch | undefined;
