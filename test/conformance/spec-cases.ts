/** The cases of the WebAssembly test suites in binary form, as files in `data/` hold them. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export interface SpecCase {
  /** Script of the suite and position in it: a name for people. */
  readonly name: string;
  /** What the suite expects: valid, invalid, malformed… */
  readonly expected: string;
  readonly message: string;
  readonly bytes: Uint8Array;
}

interface Row {
  readonly file: string;
  readonly i: number;
  readonly exp: string;
  readonly msg?: string;
  readonly base64: string;
}

export function readSpecCases(file: string): readonly SpecCase[] {
  const text = gunzipSync(readFileSync(new URL(`data/${file}`, import.meta.url))).toString("utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const row = JSON.parse(line) as Row;
      return {
        name: `${row.file}:${row.i}`,
        expected: row.exp,
        message: row.msg ?? "",
        bytes: Uint8Array.from(Buffer.from(row.base64, "base64")),
      };
    });
}

/** Malformed cases that were read all the same, by the suite's reason: the form of a checked-in list. */
export function acceptedMalformed(accepted: readonly SpecCase[]): string {
  const byReason = new Map<string, string[]>();
  for (const { message, name } of accepted) byReason.set(message, [...(byReason.get(message) ?? []), name]);
  const sorted = [...byReason].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`;
}
