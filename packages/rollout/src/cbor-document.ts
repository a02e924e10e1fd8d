/** A structured object seen as the document that its schema describes. */
import { type CborValue, digestOf } from "@tau-edge/encoding";

/** 32 bytes in a field of the map stand for a digest. What is no map stays as it is, for the schema to refuse. */
export function digestsAsText(value: CborValue): CborValue {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      field instanceof Uint8Array && field.length === 32 ? digestOf(field) : field,
    ]),
  );
}
