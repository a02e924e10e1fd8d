/** What a server answers for the gateway when there is no request that the gateway could be asked with. */

import { problemOf } from "../problems/problems.ts";
import { HARDENING, type HeaderRecord } from "./headers.ts";

export interface UnreadableAnswer {
  readonly status: number;
  /** With the length of the body, and the wish to end the connection: nobody knows where the next request would begin. */
  readonly headers: HeaderRecord;
  readonly body: string;
}

/** @param requestId for people who compare what they saw with the log of a proxy */
export function answerUnreadable(
  code: "request_malformed" | "request_timeout" | "header_too_large" | "internal_error",
  requestId: string,
): UnreadableAnswer {
  const problem = problemOf(code, requestId);
  const body = `${JSON.stringify(problem)}\n`;
  return {
    status: problem.status,
    headers: {
      ...HARDENING,
      "cross-origin-resource-policy": "same-origin",
      "content-type": "application/problem+json",
      "content-length": String(new TextEncoder().encode(body).length),
      "cache-control": "no-store",
      connection: "close",
      "x-request-id": requestId,
    },
    body,
  };
}
