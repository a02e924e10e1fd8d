/** JSON in the one form that is hashed: RFC 8785 (JCS). */
import { writeJson } from "./json-write.ts";
import { encodeUtf8 } from "./utf8.ts";

/**
 * UTF-8 bytes, no white space, keys in the order of UTF-16 code units, numbers as ECMAScript writes them (-0 is `0`).
 * A bigint is written if binary64 holds it. Takes `unknown` because it checks everything: class instances, `undefined`
 * members, functions, holes, NaN, lone surrogates and deeper than 64 levels are refused.
 *
 * @throws EncodingError `json_not_plain`, `json_ill_formed_string`, `json_number_range`, `json_too_deep`, `at` a JSON path
 */
export function writeCanonicalJson(value: unknown): Uint8Array<ArrayBuffer> {
  return encodeUtf8(writeJson(value, { indent: 0, sortKeys: true, largeIntegers: false }));
}
