/** Does an If-Match or If-None-Match field name this entity tag? */
import { LIMITS } from "../limits.ts";

/** RFC 9110 section 8.8.3: `W/` is case-sensitive, the opaque part has no escapes. */
const ENTITY_TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/y;
/** RFC 9110 section 5.6.1: a recipient accepts empty list elements. */
const SEPARATOR = /[\t ]*(?:,[\t ]*)*/y;

/**
 * @param etag strong, with its quotes
 * @param comparison RFC 9110 section 8.8.3.2: `weak` for If-None-Match, `strong` for If-Match and If-Range
 * @returns true for `*`; false for a list that does not have the tag, that is malformed or too long to read
 */
export function namesTag(field: string, etag: string, comparison: "strong" | "weak"): boolean {
  if (field.trim() === "*") return true;
  if (field.length > LIMITS.condition_header_chars_max) return false;
  let at = skip(SEPARATOR, field, 0);
  let found = false;
  while (at < field.length) {
    ENTITY_TAG.lastIndex = at;
    const match = ENTITY_TAG.exec(field);
    if (match === null) return false;
    if (match[2] === etag && (comparison === "weak" || match[1] === undefined)) found = true;
    const end = ENTITY_TAG.lastIndex;
    at = skip(SEPARATOR, field, end);
    // Two tags without a comma between them are no list.
    if (at < field.length && !field.slice(end, at).includes(",")) return false;
  }
  return found;
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.exec(text);
  return pattern.lastIndex;
}
