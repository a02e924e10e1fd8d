/** Which bytes does a Range field ask for? One range of bytes; everything else gets the whole object or 416. */
import type { ByteRange } from "@tau-edge/ports";
import { LIMITS } from "../limits.ts";

export type RangeAnswer =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly range: ByteRange }
  | { readonly kind: "unsatisfiable" };

const WHOLE: RangeAnswer = { kind: "whole" };
const UNSATISFIABLE: RangeAnswer = { kind: "unsatisfiable" };

/** RFC 9110 section 14.1.1, with one range. */
const ONE_RANGE = /^bytes=[\t ]*(?:(\d+)-(\d*)|-(\d+))[\t ]*$/i;

/**
 * RFC 9110 section 14.2 lets a server ignore Range: that is done for another unit than bytes, for several ranges (no
 * client of WebAssembly needs multipart answers, and overlapping ranges are a way to make a server work) and for a
 * field that is absurdly long. A field that is no range at all, or that lies outside, is refused (section 15.5.17).
 */
export function answerRange(field: string, sizeBytes: number): RangeAnswer {
  if (field.length > LIMITS.range_header_chars_max) return WHOLE;
  const unit = field.slice(0, Math.max(0, field.indexOf("="))).trim();
  if (unit !== "" && unit.toLowerCase() !== "bytes") return WHOLE;
  if (field.includes(",")) return WHOLE;
  const match = ONE_RANGE.exec(field.trim());
  if (match === null) return UNSATISFIABLE;
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), sizeBytes);
    // RFC 9110 section 14.1.2 calls this one satisfiable, and no Content-Range can say so.
    if (sizeBytes === 0 && Number(suffix) > 0) return WHOLE;
    return length === 0 ? UNSATISFIABLE : { kind: "part", range: { start: sizeBytes - length, end: sizeBytes } };
  }
  const start = Number(first);
  const end = last === undefined || last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  // Number() of very many digits is Infinity, which compares as it should.
  if (start >= sizeBytes || end <= start) return UNSATISFIABLE;
  return { kind: "part", range: { start, end } };
}
