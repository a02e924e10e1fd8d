/**
 * Bootstrap links (identity.md 3.5): `<gateway>/boot#v1.<id>.<secret>[.<pin>]`. The secret stands in the fragment, which
 * no browser sends anywhere (RFC 3986 section 3.5): it is in no log, no proxy and no Referer.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { EncodingError, fromBase64url, type Sha256, toBase64url } from "@tau-edge/encoding";
import { IdentityError } from "./errors.ts";
import { normalizeHtu } from "./htu.ts";
import { lengthPrefixed } from "./length-prefixed.ts";
import { LINK_CHARS_MAX } from "./limits.ts";

export interface BootstrapLink {
  /** Base URL of the gateway, without a slash at its end. */
  readonly gateway: string;
  /** 96 bits as 16 characters of base64url. Not a secret, but who has it can burn the link. */
  readonly link_id: string;
  /** 256 bits as 43 characters of base64url. */
  readonly secret: string;
  /** `pinOf` the gateway's key: by it an agent knows the gateway without asking anybody. */
  readonly pin?: string;
}

const DOMAIN = "tau-edge/bootstrap-link/v1";
const LINK = /^([^#?]+)\/boot#v1\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{43})(?:\.([A-Za-z0-9_-]{43}))?$/;
const LOOPBACK = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]+)?(?:\/|$)/;

/**
 * Whether it is the one written form of a base URL, so that the `htu` of a proof is the gateway's whoever joins a path to
 * it: no slash at its end, no capitals in its host, no default port, no user.
 */
export function isGatewayBase(url: string): boolean {
  return !url.endsWith("/") && normalizeHtu(`${url}/`) === `${url}/`;
}

/** @throws IdentityError `link_too_long`, `link_malformed`, `link_insecure`; none of them repeats the link */
export function readBootstrapLink(url: string): BootstrapLink {
  if (url.length > LINK_CHARS_MAX) throw new IdentityError("link_too_long", LINK_CHARS_MAX);
  const [, gateway, link_id, secret, pin] = LINK.exec(url) ?? [];
  if (gateway === undefined || link_id === undefined || secret === undefined)
    throw new IdentityError("link_malformed", "link");
  if (!isGatewayBase(gateway)) throw new IdentityError("link_malformed", "link");
  if (![link_id, secret, pin ?? ""].every(isCanonical)) throw new IdentityError("link_malformed", "link");
  // Only on this machine does a link go in clear; elsewhere a browser has no WebCrypto without TLS either.
  if (!gateway.startsWith("https://") && !LOOPBACK.test(gateway)) throw new IdentityError("link_insecure", "link");
  return { gateway, link_id, secret, ...(pin !== undefined && { pin }) };
}

/** @throws IdentityError as `readBootstrapLink` does: no link is written that could not be read */
export function writeBootstrapLink({ gateway, link_id, secret, pin }: BootstrapLink): string {
  const url = `${gateway}/boot#v1.${link_id}.${secret}${pin === undefined ? "" : `.${pin}`}`;
  readBootstrapLink(url);
  return url;
}

/**
 * What a gateway stores of a link: 32 bytes by which it recognises the secret, and from which nobody gets it. Under
 * another bootstrap key all links are void.
 * @param bootstrapKey 32 secret bytes
 */
export function linkCheck(bootstrapKey: Uint8Array, link_id: string, secret: string): Uint8Array {
  return hmac(nobleSha256, bootstrapKey, lengthPrefixed([DOMAIN, link_id, secret]));
}

/**
 * @param gatewayPublicKey 32 bytes of Ed25519
 * @returns 43 characters
 */
export function pinOf(gatewayPublicKey: Uint8Array, sha256: Sha256): string {
  return toBase64url(sha256(gatewayPublicKey));
}

function isCanonical(text: string): boolean {
  try {
    fromBase64url(text);
    return true;
  } catch (error) {
    if (error instanceof EncodingError) return false;
    throw error;
  }
}
