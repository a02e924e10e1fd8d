/** One table from error code to HTTP status. Every error leaves the gateway as RFC 9457 problem+json made here. */
import type { PortErrorCode } from "@tau-edge/ports";
import { z } from "zod";

interface ProblemKind {
  readonly status: 400 | 404 | 405 | 408 | 412 | 414 | 416 | 421 | 429 | 431 | 500 | 503;
  /** For people; one sentence. */
  readonly detail: string;
  readonly remedy?: string;
}

const RESTORE = "Ask the operator to run `tau-edge doctor` on the state directory.";

const REQUEST_PROBLEMS = {
  request_malformed: { status: 400, detail: "This is not an HTTP request with one valid Host field." },
  request_timeout: { status: 408, detail: "The request took too long to arrive." },
  header_too_large: { status: 431, detail: "The header fields are longer than this gateway reads." },
  digest_malformed: {
    status: 400,
    detail: "The path does not end in a digest: `sha256:` and 64 lowercase hexadecimal digits.",
    remedy: "Write the digest as sha256:<64 lowercase hex digits>, such as `sha256sum FILE` prints after the colon.",
  },
  query_invalid: {
    status: 400,
    detail: "A query parameter is unknown, stands twice or has a value out of range.",
    remedy: "See /openapi.json for the parameters of this path.",
  },
  cursor_unknown: {
    status: 400,
    detail: "The cursor does not name an entry of this list.",
    remedy: "Start again without a cursor.",
  },
  path_unknown: { status: 404, detail: "There is nothing at this path.", remedy: "See /openapi.json for all paths." },
  object_unknown: {
    status: 404,
    detail: "No ledger record names an object of this kind with this digest.",
    remedy: "List what there is: /v1/blueprints.",
  },
  blueprint_unknown: {
    status: 404,
    detail: "No deliverable was packaged under this blueprint.",
    remedy: "List what there is: /v1/blueprints.",
  },
  check_unknown: { status: 404, detail: "There is no readiness check of this name.", remedy: "See /readyz?verbose." },
  method_not_allowed: { status: 405, detail: "This path is read-only; the Allow header names its methods." },
  precondition_failed: { status: 412, detail: "The object at this path does not match If-Match." },
  url_too_long: { status: 414, detail: "The URL is longer than this gateway reads." },
  range_not_satisfiable: {
    status: 416,
    detail: "The Range header is not a byte range that lies inside the object; Content-Range says how long it is.",
  },
  host_not_allowed: {
    status: 421,
    detail: "This gateway does not answer for the host that the request names.",
    remedy: "Use the address that `serve` printed, or add the name to the allowed hosts.",
  },
  object_missing: {
    status: 500,
    detail: "The ledger names this object and the store does not have it.",
    remedy: RESTORE,
  },
  deployment_failing: {
    status: 503,
    detail: "The last deployment cycles failed; nothing is promoted.",
    remedy: "See /gateway/status.",
  },
  internal_error: { status: 500, detail: "The gateway failed; the request id finds the reason in its log." },
} as const satisfies Record<string, ProblemKind>;

const SERVER: ProblemKind = { status: 500, detail: "The stored state cannot be trusted.", remedy: RESTORE };
const BUSY: ProblemKind = { status: 503, detail: "The store cannot be reached now.", remedy: "Try again later." };

const PORT_PROBLEMS: Record<PortErrorCode, ProblemKind> = {
  object_corrupt: {
    status: 500,
    detail: "The stored object does not have the digest of this path; nothing of it is served.",
    remedy: RESTORE,
  },
  object_too_large: SERVER,
  store_full: BUSY,
  store_poisoned: BUSY,
  store_unavailable: BUSY,
  ledger_corrupt: { status: 500, detail: "The ledger does not hold together; nothing is served.", remedy: RESTORE },
  ledger_newer: {
    status: 500,
    detail: "The ledger was written by a newer version of this program.",
    remedy: "Ask the operator to update the gateway.",
  },
  record_too_large: SERVER,
  clock_jump: SERVER,
  object_condemned: SERVER,
  state_corrupt: SERVER,
  state_newer: SERVER,
  state_foreign: SERVER,
  pointer_conflict: SERVER,
  pointer_corrupt: SERVER,
  path_escapes: SERVER,
  reporter_cap: {
    status: 429,
    detail: "This reporter has added as many observations to the window as the plan allows.",
    remedy: "Wait for the next window.",
  },
  reports_full: {
    status: 429,
    detail: "No more batches of observations are taken now.",
    remedy: "Send the same batch again later, under the same id; send fewer and larger ones.",
  },
  window_forgotten: BUSY,
  windows_corrupt: SERVER,
  windows_newer: SERVER,
};

/** The Map keeps a code that came from outside from finding anything on a prototype. */
export const PROBLEMS: ReadonlyMap<string, ProblemKind> = new Map<string, ProblemKind>([
  ...Object.entries<ProblemKind>(REQUEST_PROBLEMS),
  ...Object.entries<ProblemKind>(PORT_PROBLEMS),
]);

export type ProblemCode = keyof typeof REQUEST_PROBLEMS | PortErrorCode;

/** What reading the ledger can end with, for the descriptions of routes. */
export const LEDGER_PROBLEMS: readonly ProblemCode[] = ["ledger_corrupt", "ledger_newer", "store_unavailable"];
/** What reading the counters of the last cycle can end with. */
export const HEALTH_PROBLEMS: readonly ProblemCode[] = ["state_corrupt", "state_newer", "state_foreign"];

const PHRASES: Record<ProblemKind["status"], string> = {
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  412: "Precondition Failed",
  414: "URI Too Long",
  416: "Range Not Satisfiable",
  421: "Misdirected Request",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

export const ProblemSchema = z
  .object({
    /** RFC 9457 section 4.2.1: with `about:blank` the title is the phrase of the status. */
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.string().meta({ description: "What went wrong; does not change between versions" }),
    reason_codes: z.array(z.string()),
    request_id: z.string(),
    remedy: z.string().optional(),
  })
  .meta({ description: "RFC 9457 problem details" });

export type Problem = z.infer<typeof ProblemSchema>;

export function problemOf(code: ProblemCode, requestId: string, detail?: string): Problem {
  const kind: ProblemKind = PROBLEMS.get(code) ?? REQUEST_PROBLEMS.internal_error;
  return {
    type: "about:blank",
    title: PHRASES[kind.status],
    status: kind.status,
    detail: detail ?? kind.detail,
    code,
    reason_codes: [code],
    request_id: requestId,
    ...(kind.remedy === undefined ? {} : { remedy: kind.remedy }),
  };
}
