/**
 * Strict JSON: what does this text say, in the one way in which every reader must understand it?
 *
 * RFC 8259 narrowed by RFC 7493 (I-JSON): well-formed UTF-8 without byte order mark, no duplicate keys, no lone surrogates,
 * no integer that binary64 cannot hold. One pass over the decoded text; offsets are turned into bytes only for an error.
 */
import { EncodingError, type EncodingErrorCode } from "./errors.ts";
import { JSON_DEPTH_MAX, JSON_INTEGER_CHARS_MAX, JSON_SIZE_BYTES_MAX } from "./limits.ts";
import { setOwn } from "./plain.ts";
import { illFormedUtf8At, tryDecodeUtf8, utf8Length } from "./utf8.ts";

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** JSON whose integers beyond 2^53-1 are bigint. */
export type ExactJsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | ExactJsonValue[]
  | { [key: string]: ExactJsonValue };

/** A number that was written with a fraction or an exponent, or as `-0`: `1.0` is not `1`. */
export class JsonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** JSON in which the way a number was written is kept: whole numbers as in `ExactJsonValue`, others as `JsonFloat`. */
export type DistinctJsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | JsonFloat
  | DistinctJsonValue[]
  | { [key: string]: DistinctJsonValue };

export interface ReadJsonOptions {
  /** `safe` (default) refuses integers outside ±(2^53-1); `exact` yields them as bigint (up to 1,000 digits). */
  readonly integers?: "safe" | "exact";
  /** `nearest` (default) yields numbers with fraction or exponent as numbers; `distinct` as `JsonFloat`, and `-0` too. */
  readonly floats?: "nearest" | "distinct";
  /** Levels of arrays and objects; default 64. */
  readonly depth_max?: number;
  /** Default 16 MiB. */
  readonly size_bytes_max?: number;
}

/**
 * A number written with a fraction or an exponent is the nearest binary64, as RFC 7493 section 2.2 expects; one that
 * would become infinite, or zero without being zero, is refused. Keys become own properties, `__proto__` included.
 *
 * @throws EncodingError `json_*`, `at` the byte offset
 */
export function readJson(bytes: Uint8Array, options?: NearestFloats & { readonly integers?: "safe" }): JsonValue;
export function readJson(bytes: Uint8Array, options: NearestFloats): ExactJsonValue;
export function readJson(bytes: Uint8Array, options: ReadJsonOptions): DistinctJsonValue;
export function readJson(bytes: Uint8Array, options: ReadJsonOptions = {}): DistinctJsonValue {
  const sizeMax = options.size_bytes_max ?? JSON_SIZE_BYTES_MAX;
  if (bytes.length > sizeMax)
    throw new EncodingError("json_too_large", sizeMax, `${bytes.length} bytes, at most ${sizeMax} are read`);
  // RFC 8259 section 8.1: a writer must not add a byte order mark, and a reader may treat it as an error.
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    throw new EncodingError("json_bom", 0, "The text starts with a byte order mark");
  const text = tryDecodeUtf8(bytes);
  if (text === undefined) throw new EncodingError("json_utf8", illFormedUtf8At(bytes), "Ill-formed UTF-8");
  return new JsonReader(text, options).document();
}

type NearestFloats = ReadJsonOptions & { readonly floats?: "nearest" };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
/** Characters that a simple escape stands for (RFC 8259 section 7). */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

class JsonReader {
  readonly #text: string;
  readonly #exact: boolean;
  readonly #distinct: boolean;
  readonly #depthMax: number;
  #at = 0;
  #depth = 0;

  constructor(text: string, options: ReadJsonOptions) {
    this.#text = text;
    this.#exact = options.integers === "exact";
    this.#distinct = options.floats === "distinct";
    this.#depthMax = options.depth_max ?? JSON_DEPTH_MAX;
  }

  document(): DistinctJsonValue {
    this.#skipSpace();
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#error("json_syntax", this.#at, "Text after the value");
    return value;
  }

  #value(): DistinctJsonValue {
    switch (this.#text.charCodeAt(this.#at)) {
      case QUOTE:
        return this.#string();
      case 0x7b:
        return this.#object();
      case 0x5b:
        return this.#array();
      case 0x74:
        return this.#word("true", true);
      case 0x66:
        return this.#word("false", false);
      case 0x6e:
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#error("json_syntax", this.#at, "Expected a value");
    this.#at += word.length;
    return value;
  }

  #object(): DistinctJsonValue {
    this.#enter();
    const result: Record<string, DistinctJsonValue> = {};
    let more = this.#opens(0x7d);
    while (more) {
      const keyAt = this.#at;
      if (this.#text.charCodeAt(keyAt) !== QUOTE) throw this.#error("json_syntax", keyAt, "Expected a key in quotes");
      const key = this.#string();
      // RFC 7493 section 2.3, after unescaping: "a" and "\u0061" are one key.
      if (Object.hasOwn(result, key)) throw this.#error("json_duplicate_key", keyAt, "The key stands twice");
      this.#skipSpace();
      if (this.#text.charCodeAt(this.#at) !== 0x3a) throw this.#error("json_syntax", this.#at, "Expected a colon");
      this.#at++;
      this.#skipSpace();
      setOwn(result, key, this.#value());
      more = this.#continues(0x7d);
    }
    this.#depth--;
    return result;
  }

  #array(): DistinctJsonValue {
    this.#enter();
    const result: DistinctJsonValue[] = [];
    let more = this.#opens(0x5d);
    while (more) {
      result.push(this.#value());
      more = this.#continues(0x5d);
    }
    this.#depth--;
    return result;
  }

  #enter(): void {
    if (this.#depth >= this.#depthMax)
      throw this.#error("json_too_deep", this.#at, `More than ${this.#depthMax} levels of nesting`);
    this.#depth++;
  }

  /** Steps over the opening bracket; false if the closing one follows at once. */
  #opens(close: number): boolean {
    this.#at++;
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== close) return true;
    this.#at++;
    return false;
  }

  /** After a member: true at a comma, false at the closing bracket. */
  #continues(close: number): boolean {
    this.#skipSpace();
    const code = this.#text.charCodeAt(this.#at);
    if (code !== close && code !== 0x2c) throw this.#error("json_syntax", this.#at, "Expected a comma or the end");
    this.#at++;
    if (code === close) return false;
    this.#skipSpace();
    return true;
  }

  #string(): string {
    const start = this.#at + 1;
    let result = "";
    let from = start;
    for (let i = start; ; i++) {
      const code = this.#text.charCodeAt(i);
      if (code === QUOTE) {
        this.#at = i + 1;
        if (from === start) return this.#text.slice(start, i);
        result += this.#text.slice(from, i);
        // Raw text is well-formed already; only escapes can make a lone surrogate.
        if (!result.isWellFormed()) throw this.#error("json_ill_formed_string", start - 1, "A lone surrogate");
        return result;
      }
      if (code === BACKSLASH) {
        result += this.#text.slice(from, i) + this.#escape(i);
        i += this.#text.charCodeAt(i + 1) === 0x75 ? 5 : 1;
        from = i + 1;
      } else if (!(code >= 0x20)) {
        // NaN at the end of the text, or a control character (RFC 8259 section 7).
        throw this.#error("json_syntax", i, "A string is not closed, or has an unescaped control character");
      }
    }
  }

  #escape(at: number): string {
    const letter = this.#text.charAt(at + 1);
    if (letter === "u") {
      const digits = this.#text.slice(at + 2, at + 6);
      if (!/^[0-9A-Fa-f]{4}$/.test(digits)) throw this.#error("json_syntax", at, "Expected four hexadecimal digits");
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = ESCAPES.get(letter);
    if (character === undefined) throw this.#error("json_syntax", at, "Unknown escape");
    return character;
  }

  #number(): number | bigint | JsonFloat {
    const start = this.#at;
    NUMBER.lastIndex = start;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#error("json_syntax", start, "Expected a value");
    const lexeme = match[0];
    this.#at = start + lexeme.length;
    const value = Number(lexeme);
    if (match[1] === undefined && match[2] === undefined) {
      if (this.#distinct && lexeme === "-0") return new JsonFloat(value);
      if (Number.isSafeInteger(value)) return value;
      if (this.#exact && lexeme.length <= JSON_INTEGER_CHARS_MAX) return BigInt(lexeme);
      const bound = this.#exact ? `of more than ${JSON_INTEGER_CHARS_MAX} characters` : "outside ±(2^53-1)";
      throw this.#error("json_number_range", start, `An integer ${bound}`);
    }
    if (!Number.isFinite(value)) throw this.#error("json_number_range", start, "A number beyond binary64");
    if (value === 0 && /^[^eE]*[1-9]/.test(lexeme))
      throw this.#error("json_number_range", start, "A number too small for binary64");
    return this.#distinct ? new JsonFloat(value) : value;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #error(code: EncodingErrorCode, at: number, detail: string): EncodingError {
    return new EncodingError(code, utf8Length(this.#text, Math.min(at, this.#text.length)), detail);
  }
}
