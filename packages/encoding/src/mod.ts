/** How is a thing written down so that two machines get the same bytes? */
export { fromBase64, fromBase64url, toBase64, toBase64url } from "./base64.ts";
export { type DecodeCborOptions, decodeCbor } from "./cbor-decode.ts";
export { encodeCbor } from "./cbor-encode.ts";
export type { CborValue } from "./cbor-value.ts";
export {
  type Digest,
  digestBytes,
  digestHex,
  digestOf,
  isDigest,
  parseDigest,
  type RunningSha256,
  type Sha256,
  type StartSha256,
} from "./digest.ts";
export { equalBytes } from "./equal-bytes.ts";
export { ENCODING_ERROR_MEANINGS, EncodingError, type EncodingErrorCode } from "./errors.ts";
export { fromHex, toHex } from "./hex.ts";
export { writeCanonicalJson } from "./json-canonical.ts";
export { writePrettyJson } from "./json-pretty.ts";
export {
  type DistinctJsonValue,
  type ExactJsonValue,
  JsonFloat,
  type JsonValue,
  type ReadJsonOptions,
  readJson,
} from "./json-read.ts";
export { type JsonScanEvent, JsonScanner, type JsonScanOptions } from "./json-scan.ts";
export { CBOR_DEPTH_MAX, CBOR_SIZE_BYTES_MAX, JSON_DEPTH_MAX, JSON_SIZE_BYTES_MAX } from "./limits.ts";
export { fromMultibase, type MultibasePrefix, toMultibase } from "./multibase.ts";
export { sha256, startSha256 } from "./sha256.ts";
export { compareUtf8, decodeUtf8, encodeUtf8, isWellFormed, tryDecodeUtf8, utf8Length } from "./utf8.ts";
