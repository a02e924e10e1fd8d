/** Reads the fields of an untrusted object, each of the wanted type or with its default, and keeps the first fault. */
import { type DistinctJsonValue, utf8Length } from "@tau-edge/encoding";
import { CASE_TEXT_BYTES_MAX } from "./limits.ts";

export interface JsonFields {
  readonly [key: string]: DistinctJsonValue;
}

export interface FieldFault {
  /** JSON path. */
  readonly at: string;
  readonly detail: string;
}

export function isJsonFields(value: unknown): value is JsonFields {
  if (typeof value !== "object" || value === null) return false;
  // Not an array, and not the class that stands for a float.
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** After a fault every getter goes on with a value of its type: look at `fault` before anything is used. */
export class FieldReader {
  readonly #fields: JsonFields;
  readonly #path: string;
  #fault: FieldFault | undefined;

  constructor(fields: JsonFields, path: string) {
    this.#fields = fields;
    this.#path = path;
  }

  get fault(): FieldFault | undefined {
    return this.#fault;
  }

  /** @param absent default; a field without one is required */
  text(key: string, absent?: string): string {
    const value = this.#get(key, absent);
    if (typeof value !== "string") return this.#fail(key, "Expected text", "");
    if (value.length * 3 > CASE_TEXT_BYTES_MAX && utf8Length(value) > CASE_TEXT_BYTES_MAX)
      return this.#fail(key, `A text of more than ${CASE_TEXT_BYTES_MAX} bytes`, "");
    return value;
  }

  /** A number without fraction and exponent, from 0. */
  whole(key: string, max: number, absent?: number): number {
    const value = this.#get(key, absent);
    if (typeof value === "number" && value >= 0 && value <= max) return value;
    return this.#fail(key, `Expected a whole number from 0 to ${max}`, 0);
  }

  flag(key: string, absent?: boolean): boolean {
    const value = this.#get(key, absent);
    return typeof value === "boolean" ? value : this.#fail(key, "Expected true or false", false);
  }

  oneOf<Word extends string>(key: string, words: readonly [Word, ...Word[]]): Word {
    const value = this.#get(key);
    const word = words.find((known) => known === value);
    return word ?? this.#fail(key, `Expected one of ${words.join(", ")}`, words[0]);
  }

  fields(key: string): FieldReader {
    const value = this.#get(key);
    const path = `${this.#path}.${key}`;
    return isJsonFields(value)
      ? new FieldReader(value, path)
      : new FieldReader(this.#fail(key, "Expected an object", {}), path);
  }

  /** Any value; `null` where there is none. */
  value(key: string): DistinctJsonValue {
    return this.#get(key, null) ?? null;
  }

  #get(key: string, absent?: DistinctJsonValue): DistinctJsonValue | undefined {
    return Object.hasOwn(this.#fields, key) ? this.#fields[key] : absent;
  }

  #fail<Value>(key: string, wanted: string, value: Value): Value {
    const detail = Object.hasOwn(this.#fields, key) ? wanted : "The field is missing";
    this.#fault ??= { at: `${this.#path}.${key}`, detail };
    return value;
  }
}
