/** JSON values whose numbers are told apart as they were written: compared, and shown. */
import { compareUtf8, JsonFloat } from "@tau-edge/encoding";

/** What `readJson` yields with `floats: "distinct"`, and what may not be changed beside it. */
export type JsonLike =
  | null
  | boolean
  | number
  | bigint
  | string
  | JsonFloat
  | readonly JsonLike[]
  | { readonly [key: string]: JsonLike };

/** Every key, in whatever order; `1` is not `1.0`, and `-0.0` is `0.0`, as S1 compares bodies. */
export function equalJson(left: JsonLike, right: JsonLike): boolean {
  if (left instanceof JsonFloat || right instanceof JsonFloat)
    return left instanceof JsonFloat && right instanceof JsonFloat && left.value === right.value;
  if (isList(left) || isList(right))
    return (
      isList(left) &&
      isList(right) &&
      left.length === right.length &&
      left.every((item, index) => equalItem(item, right[index]))
    );
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return left === right;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => equalMember(left, right, key));
}

/** One line, keys in the order of their UTF-8 bytes; text is as JSON has it. */
export function jsonText(value: JsonLike): string {
  if (value instanceof JsonFloat) return floatText(value.value);
  if (isList(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => compareUtf8(left, right));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`).join(",")}}`;
}

/** A whole number keeps its point, or it would read like an integer. */
function floatText(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
}

function equalItem(left: JsonLike, right: JsonLike | undefined): boolean {
  return right !== undefined && equalJson(left, right);
}

type JsonMap = { readonly [key: string]: JsonLike };

function equalMember(left: JsonMap, right: JsonMap, key: string): boolean {
  const [a, b] = [left[key], Object.hasOwn(right, key) ? right[key] : undefined];
  return a !== undefined && b !== undefined && equalJson(a, b);
}

/** `Array.isArray` does not narrow to readonly arrays. */
function isList(value: JsonLike): value is readonly JsonLike[] {
  return Array.isArray(value);
}
