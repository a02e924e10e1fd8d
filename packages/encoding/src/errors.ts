/** Every way in which outside bytes can fail to be a value of this system. The code is public API. */
export const ENCODING_ERROR_MEANINGS = {
  json_syntax: "The text is not JSON (RFC 8259).",
  json_bom: "The text starts with a byte order mark (RFC 8259 section 8.1).",
  json_utf8: "The bytes are not well-formed UTF-8 (RFC 8259 section 8.1).",
  json_duplicate_key: "An object has the same key twice (RFC 7493 section 2.3).",
  json_ill_formed_string: "A string has a lone surrogate (RFC 7493 section 2.1).",
  json_number_range: "A number cannot be held exactly (RFC 7493 section 2.2).",
  json_too_deep: "The nesting is deeper than the limit.",
  json_too_large: "The text is longer than the limit.",
  json_not_plain: "A value is not plain JSON and cannot be written.",
  cbor_truncated: "The bytes end in the middle of an item (RFC 8949 section 3).",
  cbor_trailing: "Bytes are left after the item (RFC 8949 section 5.1).",
  cbor_not_shortest: "A head is longer than it needs to be (RFC 8949 section 4.2.1).",
  cbor_indefinite: "An item has indefinite length (RFC 8949 section 4.2.1).",
  cbor_map_order: "Map keys are not in the order of their encoded bytes (RFC 8949 section 4.2.1).",
  cbor_duplicate_key: "A map has the same key twice (RFC 8949 section 5.6).",
  cbor_key_type: "A map key is not a text string (our profile).",
  cbor_utf8: "A text string is not well-formed UTF-8 (RFC 8949 section 3.1).",
  cbor_type_forbidden: "A float, tag, undefined or other simple value (our profile has none).",
  cbor_reserved: "An additional-information value is reserved (RFC 8949 section 3).",
  cbor_int_range: "An integer lies outside -2^63..2^64-1 (our profile).",
  cbor_too_deep: "The nesting is deeper than the limit.",
  cbor_too_large: "The item is longer than the limit.",
  cbor_not_encodable: "A value has no place in our CBOR profile.",
  utf8_malformed: "The bytes are not well-formed UTF-8 (RFC 3629 section 3).",
  text_ill_formed: "A text has a lone surrogate and therefore no UTF-8 form (RFC 3629 section 3).",
  hex_malformed: "The text is not lowercase hexadecimal.",
  base64url_malformed: "The text is not unpadded base64url in canonical form (RFC 4648 section 5).",
  base64_malformed: "The text is not padded base64 in canonical form (RFC 4648 section 4).",
  multibase_malformed: "The text is not multibase base58btc or base64url, or is longer than the limit.",
  digest_malformed: "The text is not a SHA-256 digest.",
} as const;

export type EncodingErrorCode = keyof typeof ENCODING_ERROR_MEANINGS;

/** Bad input. `at` is a byte offset, or a JSON path where the fault lies in a value instead of in bytes. */
export class EncodingError extends Error {
  override readonly name = "EncodingError";
  readonly code: EncodingErrorCode;
  readonly at: number | string;
  readonly #detail: string;

  constructor(code: EncodingErrorCode, at: number | string, detail: string) {
    super(at === "" ? `${detail} (${code})` : `${detail} (${code} at ${typeof at === "number" ? `offset ${at}` : at})`);
    this.code = code;
    this.at = at;
    this.#detail = detail;
  }

  /** The same error of bytes that begin at this offset of a larger text. */
  movedBy(bytes: number): EncodingError {
    return typeof this.at === "number" ? new EncodingError(this.code, this.at + bytes, this.#detail) : this;
  }
}
