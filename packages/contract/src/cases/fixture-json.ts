/** One value of a fixture, read as strictly as everything from outside, with its numbers as they were written. */
import { type DistinctJsonValue, EncodingError, readJson } from "@tau-edge/encoding";
import { CASE_BYTES_MAX, CASE_DEPTH_MAX } from "./limits.ts";

/**
 * @param at byte offset of `raw` in its document
 * @throws EncodingError `at` the byte offset in the document
 */
export function readFixtureJson(raw: Uint8Array, at: number): DistinctJsonValue {
  try {
    return readJson(raw, {
      integers: "exact",
      floats: "distinct",
      depth_max: CASE_DEPTH_MAX,
      size_bytes_max: CASE_BYTES_MAX,
    });
  } catch (error) {
    throw error instanceof EncodingError ? error.movedBy(at) : error;
  }
}
