/** The walk that both JSON writers share: everything that is not plain JSON is refused, with its place in the value. */
import { EncodingError } from "./errors.ts";
import { JSON_DEPTH_MAX } from "./limits.ts";
import { formatPath, isDenseArray, isPlainObject } from "./plain.ts";

export interface JsonStyle {
  /** Spaces a level; 0 writes no white space at all. */
  readonly indent: number;
  /** By UTF-16 code units (RFC 8785 section 3.2.3), or as they stand in the object. */
  readonly sortKeys: boolean;
  /** Whether a bigint beyond ±(2^53-1) may be written. */
  readonly largeIntegers: boolean;
}

/** @throws EncodingError `json_not_plain`, `json_ill_formed_string`, `json_number_range`, `json_too_deep`, `at` a JSON path */
export function writeJson(value: unknown, style: JsonStyle): string {
  return render(value, style, []);
}

type Path = (string | number)[];

function render(value: unknown, style: JsonStyle, path: Path): string {
  switch (typeof value) {
    case "string":
      return renderString(value, path);
    case "number":
      // RFC 8785 section 3.2.2.3: the ECMAScript form; NaN and the infinities have none in JSON.
      if (!Number.isFinite(value)) throw notPlain(path, `${value} is not JSON`);
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      if (!style.largeIntegers && !Number.isSafeInteger(Number(value)))
        throw new EncodingError("json_number_range", formatPath(path), "An integer outside ±(2^53-1)");
      return value.toString();
    case "object":
      if (value === null) return "null";
      if (path.length >= JSON_DEPTH_MAX)
        throw new EncodingError("json_too_deep", formatPath(path), `More than ${JSON_DEPTH_MAX} levels, or a cycle`);
      return Array.isArray(value) ? renderArray(value, style, path) : renderObject(value, style, path);
    default:
      throw notPlain(path, `A value of type ${typeof value} is not JSON`);
  }
}

function renderString(text: string, path: Path): string {
  if (!text.isWellFormed()) throw new EncodingError("json_ill_formed_string", formatPath(path), "A lone surrogate");
  // For well-formed strings JSON.stringify is the serialisation of RFC 8785 section 3.2.2.2.
  return JSON.stringify(text);
}

function renderArray(items: readonly unknown[], style: JsonStyle, path: Path): string {
  if (!isDenseArray(items)) throw notPlain(path, "An array with holes or extra properties is not JSON");
  const parts = items.map((item, index) => {
    path.push(index);
    const part = render(item, style, path);
    path.pop();
    return part;
  });
  return enclose("[", parts, "]", style, path.length);
}

function renderObject(value: object, style: JsonStyle, path: Path): string {
  if (!isPlainObject(value)) throw notPlain(path, "An object of a class is not JSON");
  if (Object.getOwnPropertySymbols(value).length > 0) throw notPlain(path, "An object with symbol keys is not JSON");
  const keys = Object.keys(value);
  if (style.sortKeys) keys.sort();
  const colon = style.indent > 0 ? ": " : ":";
  const parts = keys.map((key) => {
    path.push(key);
    const part = renderString(key, path) + colon + render(value[key], style, path);
    path.pop();
    return part;
  });
  return enclose("{", parts, "}", style, path.length);
}

function enclose(open: string, parts: readonly string[], close: string, style: JsonStyle, depth: number): string {
  if (parts.length === 0) return open + close;
  if (style.indent === 0) return open + parts.join(",") + close;
  const outer = `\n${" ".repeat(style.indent * depth)}`;
  const inner = outer + " ".repeat(style.indent);
  return open + inner + parts.join(`,${inner}`) + outer + close;
}

function notPlain(path: Path, detail: string): EncodingError {
  return new EncodingError("json_not_plain", formatPath(path), detail);
}
