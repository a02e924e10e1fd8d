/**
 * did:web: a DID that is a place (did:web Method Specification, "Method-specific identifier" and "Read (Resolve)").
 * Narrower than the specification: no percent-encoding but the port's, so that a DID and its URL say the same in one way.
 * Nothing here opens a connection, and nobody should because a stranger sent a DID.
 */
import { refuseDidUrl } from "./did-url.ts";
import { IdentityError } from "./errors.ts";
import { isHostName } from "./host-name.ts";
import { DID_WEB_CHARS_MAX, DID_WEB_URL_CHARS_MAX } from "./limits.ts";

export interface DidWeb {
  readonly did: string;
  readonly host: string;
  /** Absent where the DID names none: 443 then. */
  readonly port?: number;
  /** Empty for the host's own DID. */
  readonly path: readonly string[];
}

const PREFIX = "did:web:";

/** @throws IdentityError `did_too_long`, `did_method`, `did_url`, `did_web_host`, `did_web_port`, `did_web_path` */
export function parseDidWeb(did: string): DidWeb {
  if (did.length > DID_WEB_CHARS_MAX) throw new IdentityError("did_too_long", DID_WEB_CHARS_MAX);
  if (!did.startsWith(PREFIX)) throw new IdentityError("did_method", 0, "The text does not begin with `did:web:`");
  refuseDidUrl(did);
  const [authority = "", ...path] = did.slice(PREFIX.length).split(":");
  const [host = "", port, ...more] = authority.split("%3A");
  // "It MUST NOT include IP addresses"; a user before the host would come as `%40`, which no host name has.
  if (!isHostName(host)) throw new IdentityError("did_web_host", PREFIX.length);
  let at = PREFIX.length + authority.length + 1;
  for (const part of path) {
    if (!isPathPart(part)) throw new IdentityError("did_web_path", at);
    at += part.length + 1;
  }
  // The URL of `did:web:gw.example:.well-known` is the one of `did:web:gw.example`.
  if (path.length === 1 && path[0] === ".well-known")
    throw new IdentityError("did_web_path", PREFIX.length + authority.length + 1);
  if (port === undefined) return { did, host, path };
  if (more.length > 0) throw new IdentityError("did_web_port", PREFIX.length + host.length);
  return { did, host, port: parsePort(port, PREFIX.length + host.length), path };
}

/** @throws IdentityError as `parseDidWeb` does */
export function didWebOf(host: string, path: readonly string[] = [], port?: number): DidWeb {
  const authority = port === undefined ? host : `${host}%3A${port}`;
  const found = parseDidWeb(`${PREFIX}${[authority, ...path].join(":")}`);
  // A colon inside a part would have made it two.
  if (found.host !== host || found.path.length !== path.length) throw new IdentityError("did_web_path", PREFIX.length);
  return found;
}

/** Where its document lies ("Read (Resolve)", steps 1 to 5). */
export function didWebUrl({ host, port, path }: DidWeb): string {
  const folder = path.length === 0 ? ".well-known" : path.join("/");
  return `https://${host}${port === undefined ? "" : `:${port}`}/${folder}/did.json`;
}

/** @throws IdentityError `did_web_url`, or as `parseDidWeb` does */
export function didWebFromUrl(url: string): DidWeb {
  if (url.length > DID_WEB_URL_CHARS_MAX) throw new IdentityError("did_too_long", DID_WEB_URL_CHARS_MAX);
  const [, host, port, folder] = /^https:\/\/([^/:]*)(?::([^/]*))?\/(.+)\/did\.json$/.exec(url) ?? [];
  // A `%` or `:` would be read as what it stands for in a DID.
  if (host === undefined || folder === undefined || /[%:]/.test(`${host}${port ?? ""}${folder}`))
    throw new IdentityError("did_web_url", "url");
  const path = folder === ".well-known" ? [] : folder.split("/");
  const authority = port === undefined ? host : `${host}%3A${port}`;
  return parseDidWeb(`${PREFIX}${[authority, ...path].join(":")}`);
}

/** `idchar` of DID 1.1 section 3.1 without percent-encoding; `.` and `..` would climb. */
function isPathPart(part: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(part) && part !== "." && part !== "..";
}

function parsePort(text: string, at: number): number {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new IdentityError("did_web_port", at);
  return port;
}
