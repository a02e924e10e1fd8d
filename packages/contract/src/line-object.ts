/** One line of a `.jsonl` file, read leniently as the original's inspect commands read it: any JSON object will do. */
import { EncodingError, encodeUtf8, readJson } from "@tau-edge/encoding";
import { isObject, type JsonObject } from "./state-document.ts";

/** @returns undefined for what is too long, no strict JSON, or no object */
export function readLineObject(line: string, charsMax: number): JsonObject | undefined {
  if (line.length > charsMax || !line.isWellFormed()) return undefined;
  try {
    const value = readJson(encodeUtf8(line), { integers: "exact" });
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}
