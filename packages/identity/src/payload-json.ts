/** The bytes of a payload as a value: bounded and strict, before anybody asks what it says. */
import { EncodingError, type JsonValue, readJson } from "@tau-edge/encoding";
import { IdentityError } from "./errors.ts";
import { PAYLOAD_BYTES_MAX } from "./limits.ts";

/** @throws IdentityError `payload_too_large`, `payload_syntax` */
export function readPayloadJson(bytes: Uint8Array): JsonValue {
  if (bytes.length > PAYLOAD_BYTES_MAX) throw new IdentityError("payload_too_large", "$");
  try {
    return readJson(bytes);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new IdentityError("payload_syntax", error.at);
  }
}
