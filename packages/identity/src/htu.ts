/**
 * URLs as RFC 9449 section 4.3 compares them: without query and fragment, after the syntax-based and scheme-based
 * normalisation of RFC 3986 (sections 6.2.2 and 6.2.3). Two URLs that a server would tell apart stay two.
 */
import { HTU_CHARS_MAX } from "./limits.ts";

const URI = /^(https?):\/\/([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{0,5}))?(\/[^?#]*)?(?:[?#]|$)/i;
/** RFC 3986 section 3.3: `pchar`, with a slash between segments. */
const PATH = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/;

/** @returns undefined for what is no absolute http or https URL, or has a user before its host */
export function normalizeHtu(url: string): string | undefined {
  if (url.length > HTU_CHARS_MAX) return undefined;
  const [, scheme, host, port = "", path = "/"] = URI.exec(url) ?? [];
  if (scheme === undefined || host === undefined || !PATH.test(path)) return undefined;
  const lowerScheme = scheme.toLowerCase();
  // RFC 3986 section 6.2.3: an empty port, and the default one, are none.
  const isDefault = port === "" || port === (lowerScheme === "https" ? "443" : "80");
  return `${lowerScheme}://${host.toLowerCase()}${isDefault ? "" : `:${port}`}${normalizePath(path)}`;
}

function normalizePath(path: string): string {
  if (!path.includes("%") && !path.includes("/.")) return path;
  return withoutDotSegments(path.replace(/%[0-9A-Fa-f]{2}/g, decodeUnreserved));
}

/** RFC 3986 sections 6.2.2.1 and 6.2.2.2. */
function decodeUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
}

/** RFC 3986 section 5.2.4, for a path that begins with a slash. */
function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.slice(1).split("/");
  for (const [index, segment] of segments.entries()) {
    if (segment === "..") kept.pop();
    if (segment !== "." && segment !== "..") kept.push(segment);
    // A dot segment at the end leaves its slash.
    else if (index === segments.length - 1) kept.push("");
  }
  return `/${kept.join("/")}`;
}
