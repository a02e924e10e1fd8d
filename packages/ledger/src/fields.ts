/**
 * Reads the fields of a map that came out of a record or an object: each getter gives the value or says which field is
 * wrong, and `end` refuses what nobody asked for.
 */
import { type CborValue, type Digest, digestOf } from "@tau-edge/encoding";
import { LedgerError } from "./errors.ts";

type CborMap = { readonly [key: string]: CborValue };

export class Fields {
  readonly #map: CborMap;
  readonly #at: string;
  readonly #asked = new Set<string>();

  /**
   * @param at where the map stands, such as `default/prod/app#12`; the names of fields are added to it
   * @throws LedgerError `field_malformed` from here and from every method
   */
  constructor(value: CborValue | undefined, at: string) {
    this.#at = at;
    if (!isMap(value)) throw malformed(at, "a map");
    this.#map = value;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#map, key);
  }

  /** The value as it stands, for a reader of its own. */
  value(key: string): CborValue {
    const value = this.#get(key);
    if (value === undefined) throw malformed(this.at(key), "a value");
    return value;
  }

  text(key: string): string {
    const value = this.#get(key);
    return typeof value === "string" ? value : this.#fail(key, "text");
  }

  flag(key: string): boolean {
    const value = this.#get(key);
    return typeof value === "boolean" ? value : this.#fail(key, "true or false");
  }

  /** An integer from `min` to 2^53 - 1. */
  integer(key: string, min = 0): number {
    return integerOf(this.#get(key), min, this.at(key));
  }

  /**
   * The version `v` of what is read, first of all: a newer one may have fields that this program does not know.
   * @throws LedgerError `object_newer`
   */
  version<Known extends number>(known: Known): Known {
    const version = this.integer("v", 1);
    if (version > known)
      throw new LedgerError("object_newer", this.at("v"), `Version ${version}; this program knows ${known}`);
    return known;
  }

  bytes(key: string, length: number): Uint8Array {
    const value = this.#get(key);
    return value instanceof Uint8Array && value.length === length ? value : this.#fail(key, `${length} bytes`);
  }

  digest(key: string): Digest {
    return digestOf(this.bytes(key, 32));
  }

  /** One of a small vocabulary. */
  word<Word extends string>(key: string, words: readonly Word[]): Word {
    const value = this.#get(key);
    return words.find((word) => word === value) ?? this.#fail(key, `one of ${words.join(", ")}`);
  }

  map(key: string): Fields {
    return new Fields(this.#get(key), this.at(key));
  }

  list<T>(key: string, read: (item: CborValue, at: string) => T): readonly T[] {
    const value = this.#get(key);
    if (!Array.isArray(value)) return this.#fail(key, "a list");
    return value.map((item: CborValue, index) => read(item, `${this.at(key)}[${index}]`));
  }

  /** The value under `key`, which must be there and may be null. */
  nullable<T>(key: string, read: (key: string) => T): T | undefined {
    return this.value(key) === null ? undefined : read(key);
  }

  /** The value under `key` where there is one. */
  optional<T>(key: string, read: (key: string) => T): T | undefined {
    return this.has(key) ? read(key) : undefined;
  }

  /** @throws LedgerError `field_malformed` when there is a field that nobody asked for */
  end(): void {
    for (const key of Object.keys(this.#map)) if (!this.#asked.has(key)) throw malformed(this.at(key), "no such field");
  }

  at(key: string): string {
    return `${this.#at} ${key}`;
  }

  #get(key: string): CborValue | undefined {
    this.#asked.add(key);
    return this.has(key) ? this.#map[key] : undefined;
  }

  #fail(key: string, wanted: string): never {
    throw malformed(this.at(key), wanted);
  }
}

/** An integer from `min` to 2^53 - 1. @throws LedgerError `field_malformed` */
export function integerOf(value: CborValue | undefined, min: number, at: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min) return value;
  throw malformed(at, `an integer from ${min} to 2^53-1`);
}

/** @throws LedgerError `field_malformed` */
export function textOf(value: CborValue | undefined, at: string): string {
  if (typeof value === "string") return value;
  throw malformed(at, "text");
}

function isMap(value: CborValue | undefined): value is CborMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function malformed(at: string, wanted: string): LedgerError {
  return new LedgerError("field_malformed", at, `Expected ${wanted}`);
}
