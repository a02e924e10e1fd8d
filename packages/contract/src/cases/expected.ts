/** Did a case come to what its author expected? */
import { rustTrim } from "@tau-edge/manifest";
import type { ExpectedResult } from "./case.ts";
import { clipText } from "./clip-text.ts";
import type { Evaluation } from "./evaluation.ts";
import { equalJson, type JsonLike, jsonText } from "./json-likeness.ts";
import { MISMATCH_TEXT_CHARS_MAX } from "./limits.ts";

/** In the order in which they are compared. */
export const MISMATCH_FIELDS = ["outcome", "status_code", "error_code", "response_body"] as const;

/** The first field that differs, with both values as JSON text, cut at 2,000 characters. */
export interface Mismatch {
  readonly field: (typeof MISMATCH_FIELDS)[number];
  readonly expected: string;
  readonly actual: string;
}

/** contract.md 1.4, in its order. @returns undefined when everything is as expected */
export function checkExpected(evaluation: Evaluation, expected: ExpectedResult): Mismatch | undefined {
  const code = rustTrim(expected.error_code);
  if (evaluation.outcome !== expected.outcome) return mismatch("outcome", expected.outcome, evaluation.outcome);
  if (evaluation.status_code !== expected.status_code)
    return mismatch("status_code", expected.status_code, evaluation.status_code);
  if (evaluation.error_code !== code) return mismatch("error_code", code, evaluation.error_code);
  return equalJson(expected.response_body, evaluation.response_body)
    ? undefined
    : mismatch("response_body", expected.response_body, evaluation.response_body);
}

function mismatch(field: Mismatch["field"], expected: JsonLike, actual: JsonLike): Mismatch {
  return { field, expected: shown(expected), actual: shown(actual) };
}

function shown(value: JsonLike): string {
  return clipText(jsonText(value), MISMATCH_TEXT_CHARS_MAX);
}
