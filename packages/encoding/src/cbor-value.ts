/**
 * What our CBOR can say (identity.md 4.4, profile D): the values that have exactly one encoding in RFC 8949 section 4.2.1
 * and one meaning in JavaScript. No floats, tags, undefined or keys that are not text; rates are integers in parts per
 * million.
 */
export type CborValue =
  | null
  | boolean
  /** A safe integer; from -2^63 to 2^64-1 as bigint. */
  | number
  | bigint
  /** Well-formed. */
  | string
  | Uint8Array
  | readonly CborValue[]
  | { readonly [key: string]: CborValue };

export const INT_MIN = -(2n ** 63n);
export const INT_MAX = 2n ** 64n - 1n;
