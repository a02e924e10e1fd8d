/**
 * One line of `key=value` pairs, as S1's commands print without `--…-json`. A value with anything but visible ASCII, or with
 * a quote, is a JSON string in ASCII: no value can end its line, pass for another key, or move a terminal's cursor.
 */

export type LineValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | { readonly [word: string]: string | number };

/** Lists as `a,b`, maps as `k:v,k:v`; what is empty or null is `none`. */
export function keyValueLine(fields: { readonly [key: string]: LineValue }): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${lineValue(value)}`)
    .join(" ");
}

const BARE = /^[\x21\x23-\x7e]+$/;

/** One value of such a line, by itself. */
export function lineValue(value: LineValue): string {
  const text = textOf(value);
  if (text === "") return "none";
  if (BARE.test(text)) return text;
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function textOf(value: LineValue): string {
  if (value === null) return "";
  if (typeof value !== "object") return String(value);
  if (isList(value)) return value.join(",");
  return Object.entries(value)
    .map(([word, count]) => `${word}:${count}`)
    .join(",");
}

/** `Array.isArray` does not tell a readonly array from an object. */
function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}
