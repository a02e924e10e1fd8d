/** One table from error code to HTTP status. Every error leaves the gateway as RFC 9457 problem+json made here. */
import type { AccessRefusalCode } from "@tau-edge/control";
import type { PortErrorCode } from "@tau-edge/ports";
import { z } from "zod";
import { ACCESS_PROBLEMS } from "./access-problems.ts";
import { AGENT_PROBLEMS } from "./agent-problems.ts";
import { PORT_PROBLEMS, RESTORE } from "./port-problems.ts";

const PHRASES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
} as const;

export interface ProblemKind {
  readonly status: keyof typeof PHRASES;
  /** For people; one sentence. */
  readonly detail: string;
  readonly remedy?: string;
}

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
  body_malformed: {
    status: 400,
    detail: "The body is not strict JSON: UTF-8 without a byte order mark, and no key twice in an object.",
    remedy: "Correct the byte that `at` names.",
  },
  body_field: {
    status: 422,
    detail: "A field of the body is missing, unknown or breaks its rule.",
    remedy: "See /openapi.json for the body of this path; `at` names the field.",
  },
  body_too_large: {
    status: 413,
    detail: "The body is longer than this path reads.",
    remedy: "Send less at once; /openapi.json says how much.",
  },
  media_type_unsupported: {
    status: 415,
    detail: "The body is not sent as JSON.",
    remedy: "Send `Content-Type: application/json`, in UTF-8 and without Content-Encoding.",
  },
  credentials_missing: {
    status: 401,
    detail: "This needs a token.",
    remedy: "Send `Authorization: Bearer TOKEN`.",
  },
  credentials_invalid: {
    status: 401,
    detail: "This gateway does not know the token.",
    remedy: "Ask the operator of the gateway which token is yours.",
  },
  no_credentials_configured: {
    status: 403,
    detail: "This gateway has no credentials, so nobody can do this through it.",
    remedy:
      "Start it without --read-only and with TAU_EDGE_GATEWAY_TOKEN or TAU_EDGE_TOKENS, or use `tau-edge` on the state directory.",
  },
  rate_limited: {
    status: 429,
    detail: "This was tried as often as it may be in a minute, from this address or by everybody.",
    remedy: "Try again after Retry-After.",
  },
  origin_not_allowed: {
    status: 403,
    detail: "The request comes from a page of another origin, which may not ask this.",
    remedy: "Name the page's origin in gateway.auth.origins of the gateway's configuration.",
  },
  session_invalid: {
    status: 401,
    detail: "This is not the gateway's password, or the gateway has none.",
    remedy: "Ask the operator of the gateway for its password, or for a token.",
  },
  scope_insufficient: {
    status: 403,
    detail: "The token is not for this.",
    remedy: "Use a token with the scope that WWW-Authenticate names.",
  },
  not_supported_here: {
    status: 501,
    detail: "This gateway reads its ledger and cannot write to it.",
    remedy: "Ask a gateway that runs on Node or Deno, over the state directory.",
  },
  version_key_malformed: {
    status: 400,
    detail: "The version key is empty, longer than 1,024 bytes, given twice, or has other characters than a field can.",
    remedy: "Send printable ASCII in Cloudflare-Workers-Version-Key; anything else in `?key=`.",
  },
  environment_unknown: {
    status: 404,
    detail: "There is no such environment.",
    remedy: "Name dev, staging or prod.",
  },
  no_release: {
    status: 404,
    detail: "Nothing was ever committed here, and no rollout gives this key a release.",
    remedy: "`tau-edge rollout start PLAN` makes a first release.",
  },
  override_unknown: {
    status: 404,
    detail: "The release that is asked for by name is neither the one served here nor the candidate of a rollout.",
    remedy: "Leave `?release=` out, or name one that /v1/rollouts shows.",
  },
  rollout_unknown: {
    status: 404,
    detail: "There is no rollout of this id.",
    remedy: "List what there is: /v1/rollouts.",
  },
  event_id_malformed: {
    status: 400,
    detail: "Last-Event-ID is no number of an event.",
    remedy: "Send the last `id` that the stream had, or leave the field out to begin with the first event.",
  },
  event_unknown: {
    status: 409,
    detail:
      "The ledger does not have the events that were told before; it was restored from an earlier state, or replaced.",
    remedy: "Take what the rollout is now from /v1/rollouts, and follow it from its first event on.",
  },
  watchers_full: {
    status: 503,
    detail: "As many clients watch rollouts as this gateway takes, or it is stopping.",
    remedy: "Come again after Retry-After, or ask /v1/rollouts.",
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
  method_not_allowed: {
    status: 405,
    detail: "This path does not have this method; the Allow header names those that it has.",
  },
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
  object_collected: {
    status: 410,
    detail: "The object was collected: its time was over, and nothing needed it any more.",
    remedy: "`tau-edge gc log` on the state directory names the record; packaging the file again stores it again.",
  },
  deployment_failing: {
    status: 503,
    detail: "The last deployment cycles failed; nothing is promoted.",
    remedy: "See /gateway/status.",
  },
  too_busy: {
    status: 503,
    detail: "Enough questions of this kind are being answered; each reads whole streams.",
    remedy: "Ask again after Retry-After.",
  },
  internal_error: { status: 500, detail: "The gateway failed; the request id finds the reason in its log." },
} as const satisfies Record<string, ProblemKind>;

/** The Map keeps a code that came from outside from finding anything on a prototype. */
export const PROBLEMS: ReadonlyMap<string, ProblemKind> = new Map<string, ProblemKind>([
  ...Object.entries<ProblemKind>(REQUEST_PROBLEMS),
  ...Object.entries<ProblemKind>(AGENT_PROBLEMS),
  ...ACCESS_PROBLEMS,
  ...Object.entries<ProblemKind>(PORT_PROBLEMS),
]);

export type ProblemCode =
  | keyof typeof REQUEST_PROBLEMS
  | keyof typeof AGENT_PROBLEMS
  | AccessRefusalCode
  | PortErrorCode;

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
    fault: z.string().optional().meta({ description: "What is wrong with a proof; does not change between versions" }),
    at: z.string().optional().meta({ description: "JSON path of the field, or offset of the byte, of the body" }),
  })
  .meta({ description: "RFC 9457 problem details" });

export type Problem = z.infer<typeof ProblemSchema>;

/** What one answer says beyond its code. */
export interface ProblemExtra {
  readonly detail?: string;
  readonly remedy?: string;
  /** RFC 9457 section 3.2: extension members. */
  readonly members?: Readonly<Record<string, unknown>>;
}

export function problemOf(code: ProblemCode, requestId: string, extra: ProblemExtra = {}): Problem {
  const kind: ProblemKind = PROBLEMS.get(code) ?? REQUEST_PROBLEMS.internal_error;
  return problemDocument({ ...kind, code, ...extra }, requestId);
}

/** For a refusal that has its words from elsewhere. */
export function problemDocument(
  { status, code, detail, remedy, members }: ProblemKind & ProblemExtra & { readonly code: string },
  requestId: string,
): Problem {
  return {
    ...members,
    type: "about:blank",
    title: PHRASES[status],
    status,
    detail,
    code,
    reason_codes: [code],
    request_id: requestId,
    ...(remedy === undefined ? {} : { remedy }),
  };
}
