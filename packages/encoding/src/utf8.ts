/** Text as UTF-8 and back, strictly: what cannot be carried both ways is refused, never replaced by U+FFFD. */
import { EncodingError } from "./errors.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** False when the text has a lone surrogate: it then has no UTF-8 form, and all such texts would get the same bytes. */
export function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

/** Up to here copying costs a third of calling into the platform; V8 takes memory for longer arrays from elsewhere. */
const SHORT_TEXT_CHARS_MAX = 64;

/** @throws EncodingError `text_ill_formed`, `at` in UTF-16 code units */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const ascii = text.length <= SHORT_TEXT_CHARS_MAX ? encodeAscii(text) : undefined;
  if (ascii !== undefined) return ascii;
  if (!text.isWellFormed()) throw new EncodingError("text_ill_formed", loneSurrogateAt(text), "Lone surrogate");
  return encoder.encode(text);
}

/** @returns undefined for a text with other characters */
function encodeAscii(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return undefined;
    bytes[at] = code;
  }
  return bytes;
}

/**
 * A byte order mark is kept as the character that it is.
 * @throws EncodingError `utf8_malformed`, `at` the first byte that does not belong
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = tryDecodeUtf8(bytes);
  if (text === undefined) throw new EncodingError("utf8_malformed", illFormedUtf8At(bytes), "Ill-formed UTF-8");
  return text;
}

/** The text, or undefined when the bytes are not well-formed UTF-8. */
export function tryDecodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    // WHATWG Encoding section 7.2: a fatal decoder throws TypeError and nothing else.
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}

/** Number of bytes of the UTF-8 form of `text.slice(0, end)`; the text must be well-formed. */
export function utf8Length(text: string, end: number = text.length): number {
  let bytes = 0;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

/**
 * Order of the UTF-8 bytes, which is the order of code points (RFC 3629 section 1), unlike the order of UTF-16 code units
 * that `<` uses.
 * @returns a negative number, 0 or a positive number
 */
export function compareUtf8(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Lifts surrogates, which stand for code points from U+10000, above U+E000 to U+FFFF. */
function rank(code: number): number {
  return code >= 0xd800 && code <= 0xdfff ? code + 0x10000 : code;
}

/** Index of the first lone surrogate; -1 if there is none. */
export function loneSurrogateAt(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0xd800 || code > 0xdfff) continue;
    const next = text.charCodeAt(i + 1);
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return i;
    i++;
  }
  return -1;
}

/** Offset of the first byte that starts no well-formed sequence (Unicode table 3-7); -1 if there is none. */
export function illFormedUtf8At(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return -1;
}

function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  if (lead >= 0xc2 && lead <= 0xdf) return isTail(second) ? 2 : 0;
  const tails = isTail(second) && isTail(bytes[at + 2] ?? 0);
  if (lead >= 0xe0 && lead <= 0xef) {
    // No overlong form (E0 below A0), no surrogate (ED above 9F).
    const inRange = (lead !== 0xe0 || second >= 0xa0) && (lead !== 0xed || second <= 0x9f);
    return tails && inRange ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    // No overlong form (F0 below 90), nothing beyond U+10FFFF (F4 above 8F).
    const inRange = (lead !== 0xf0 || second >= 0x90) && (lead !== 0xf4 || second <= 0x8f);
    return tails && inRange && isTail(bytes[at + 3] ?? 0) ? 4 : 0;
  }
  return 0;
}

function isTail(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}
