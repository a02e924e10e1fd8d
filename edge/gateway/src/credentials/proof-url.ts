/** Which URL is a proof for? The name that the gateway knows of itself, never one that a client made up (decisions 23). */
import { hostOf, isLoopback } from "../http/hosts.ts";
import type { Call } from "../route.ts";

const ORIGIN = /^https?:\/\/[^/?#@]+/i;
/** RFC 9449 section 4.3: htu has no query and no fragment. */
const BELOW_ORIGIN = /^https?:\/\/[^/?#]*([^?#]*)/i;

/**
 * @returns undefined where the gateway has no name. On this machine it is the one that it was asked under, if only listed
 * names are answered at all: otherwise whoever relays a proof for another gateway would choose that name.
 */
export function baseUrlOf(call: Call): string | undefined {
  const { publicBaseUrl, allowedHosts } = call.services.config;
  if (publicBaseUrl !== undefined) return publicBaseUrl;
  const { url } = call.c.req;
  return allowedHosts !== "any" && isLoopback(hostOf(url)) ? ORIGIN.exec(url)?.[0] : undefined;
}

/** What htu must name (RFC 9449 section 4.3, step 9). */
export function proofUrlOf(call: Call): string | undefined {
  const base = baseUrlOf(call);
  return base === undefined ? undefined : base + (BELOW_ORIGIN.exec(call.c.req.url)?.[1] ?? "");
}
