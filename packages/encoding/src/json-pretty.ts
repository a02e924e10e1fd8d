/** JSON for people: S1's files. */
import { writeJson } from "./json-write.ts";
import { encodeUtf8 } from "./utf8.ts";

/**
 * UTF-8 bytes, two spaces a level, keys as they stand in the object, no newline at the end; a bigint as an integer, so
 * what `readJson` read with `integers: "exact"` is written back unchanged. Refuses what `writeCanonicalJson` refuses.
 *
 * @throws EncodingError `json_not_plain`, `json_ill_formed_string`, `json_too_deep`, `at` a JSON path
 */
export function writePrettyJson(value: unknown): Uint8Array<ArrayBuffer> {
  return encodeUtf8(writeJson(value, { indent: 2, sortKeys: false, largeIntegers: true }));
}
