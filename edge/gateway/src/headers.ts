/** Header fields that are the same for every answer, made once: a middleware that sets them costs a fifth of the requests. */
import type { GatewayConfig } from "./config.ts";
import { LIMITS } from "./limits.ts";

export type HeaderRecord = Readonly<Record<string, string>>;

/** Nothing that this gateway serves is a page: whatever a browser takes for one may do nothing. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

export const HARDENING: HeaderRecord = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

/** What a page of another origin may look at. */
const EXPOSED = "Accept-Ranges, Content-Digest, Content-Length, Content-Range, ETag, Repr-Digest, X-Request-Id";

export interface FixedHeaders {
  /** For what pages of any origin may read. */
  readonly open: HeaderRecord;
  /** For what only the gateway's own origin may read. */
  readonly closed: HeaderRecord;
  /** Answers to a preflight of what is open. */
  readonly preflight: HeaderRecord;
}

export function fixedHeaders(config: GatewayConfig): FixedHeaders {
  const hardening: HeaderRecord = config.publicBaseUrl?.startsWith("https:")
    ? { ...HARDENING, "strict-transport-security": "max-age=31536000" }
    : HARDENING;
  const open: HeaderRecord = {
    ...hardening,
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": EXPOSED,
  };
  return {
    open,
    closed: { ...hardening, "cross-origin-resource-policy": "same-origin" },
    preflight: {
      ...open,
      "access-control-allow-methods": "GET, HEAD",
      "access-control-allow-headers": "Cloudflare-Workers-Version-Key, If-Match, If-None-Match, If-Range, Range",
      "access-control-max-age": String(LIMITS.preflight_seconds),
    },
  };
}
