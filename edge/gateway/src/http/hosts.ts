/**
 * Does this gateway answer for the host that a request names? On loopback a page of another origin could otherwise
 * point its own name at 127.0.0.1 and read what it likes (DNS rebinding). The port is not compared: it says nothing
 * about whose name it is.
 */
export type HostRule = (url: string) => boolean;

/** Every runtime builds the request URL from the Host field. */
const AUTHORITY_HOST = /^https?:\/\/(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/?#:]*)/i;

export function hostOf(url: string): string {
  return AUTHORITY_HOST.exec(url)?.[1]?.toLowerCase() ?? "";
}

/** A name that `hostOf` can give: another one in a rule would never match. */
export function isHostName(name: string): boolean {
  return /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/i.test(name);
}

/** RFC 9112 section 3.2: a name and perhaps a port, nothing else. */
export function isHostField(field: string): boolean {
  return isHostName(field.replace(/:\d*$/, ""));
}

/** Up to the slash after it, without a user: nothing longer that begins so is of another host. */
const PLAIN_ORIGIN = /^https?:\/\/[^/?#@]+\//i;

/** @param names host names without a port, IPv6 addresses in brackets; or `any` */
export function hostRule(names: readonly string[] | "any"): HostRule {
  if (names === "any") return () => true;
  const allowed = new Set(names.map((name) => name.toLowerCase()));
  // Most requests name the same host as the one before.
  let last: string | undefined;
  return (url) => {
    if (last !== undefined && url.startsWith(last)) return true;
    if (!allowed.has(hostOf(url))) return false;
    last = PLAIN_ORIGIN.exec(url)?.[0];
    return true;
  };
}

export const LOOPBACK_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
