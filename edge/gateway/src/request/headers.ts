/** Header fields that are the same for every answer, made once: a middleware that sets them costs a fifth of the requests. */
import type { GatewayConfig } from "../config.ts";

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
const EXPOSED =
  "Accept-Ranges, Content-Digest, Content-Length, Content-Range, DPoP-Nonce, ETag, Repr-Digest, Retry-After, WWW-Authenticate, X-Request-Id";

/** What such a page may send: what agents need, and what asks for a part of an object. */
const SENT =
  "Authorization, Cloudflare-Workers-Version-Key, Content-Type, DPoP, If-Match, If-None-Match, If-Range, Range";

export interface FixedHeaders {
  /** For what pages of any origin may read. */
  readonly open: HeaderRecord;
  /** For what only the gateway's own origin may read. */
  readonly closed: HeaderRecord;
}

export function fixedHeaders(config: GatewayConfig): FixedHeaders {
  const hardening: HeaderRecord = config.publicBaseUrl?.startsWith("https:")
    ? { ...HARDENING, "strict-transport-security": "max-age=31536000" }
    : HARDENING;
  return {
    open: {
      ...hardening,
      "cross-origin-resource-policy": "cross-origin",
      "access-control-allow-origin": "*",
      "access-control-expose-headers": EXPOSED,
    },
    closed: { ...hardening, "cross-origin-resource-policy": "same-origin" },
  };
}

/** For pages of one origin that the configuration names; caches must not give it to those of another. */
export function readableBy(origin: string): HeaderRecord {
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": EXPOSED,
    "cross-origin-resource-policy": "cross-origin",
    vary: "Origin",
  };
}

/** Answers a preflight. @param seconds how long a browser may remember it */
export function preflightFor(methods: readonly string[], seconds: number): HeaderRecord {
  return {
    "access-control-allow-methods": methods.join(", "),
    "access-control-allow-headers": SENT,
    "access-control-max-age": String(seconds),
  };
}
