/** May the request go on? RFC 9110 section 13.2.2 for a resource that has a strong entity tag and no date. */
import { namesTag } from "./entity-tag.ts";

export interface RequestFields {
  field(name: string): string | null;
}

export type PreconditionAnswer = "proceed" | "not_modified" | "failed";

/** If-Modified-Since and If-Unmodified-Since are ignored: without Last-Modified they do not apply (13.1.3, 13.1.4). */
export function evaluatePreconditions(fields: RequestFields, etag: string): PreconditionAnswer {
  const ifMatch = fields.field("if-match");
  if (ifMatch !== null && !namesTag(ifMatch, etag, "strong")) return "failed";
  const ifNoneMatch = fields.field("if-none-match");
  if (ifNoneMatch !== null && namesTag(ifNoneMatch, etag, "weak")) return "not_modified";
  return "proceed";
}

/**
 * The Range field, if it is to be looked at. RFC 9110 section 13.1.5: with If-Range it counts only when the validator
 * matches strongly; a date never does, because objects have none.
 */
export function applicableRange(fields: RequestFields, etag: string): string | undefined {
  const range = fields.field("range");
  if (range === null) return undefined;
  const ifRange = fields.field("if-range");
  return ifRange === null || ifRange.trim() === etag ? range : undefined;
}
