/** Takes apart a member of a backup's document: each getter gives the value or says that the backup is not whole. */
import { type Digest, isDigest, type JsonValue } from "@tau-edge/encoding";
import { PortError } from "@tau-edge/ports";

type JsonMap = { readonly [key: string]: JsonValue };

export class DocumentFields {
  readonly #map: JsonMap;
  readonly #at: string;
  readonly #asked = new Set<string>();

  /** @throws PortError `backup_corrupt` from here and from every method */
  constructor(value: JsonValue | undefined, at: string) {
    this.#at = at;
    this.#map = isMap(value) ? value : fail(at, "an object");
  }

  text(key: string): string {
    const value = this.value(key);
    return typeof value === "string" ? value : fail(this.#place(key), "text");
  }

  flag(key: string): boolean {
    const value = this.value(key);
    return typeof value === "boolean" ? value : fail(this.#place(key), "true or false");
  }

  /** An integer from 0 to 2^53 - 1. */
  count(key: string): number {
    const value = this.value(key);
    return isCount(value) ? value : fail(this.#place(key), "a count");
  }

  digest(key: string): Digest {
    const text = this.text(key);
    return isDigest(text) ? text : fail(this.#place(key), "a digest");
  }

  /** One of a small vocabulary. */
  word<Word extends string>(key: string, words: readonly Word[]): Word {
    const value = this.value(key);
    return words.find((word) => word === value) ?? fail(this.#place(key), `one of ${words.join(", ")}`);
  }

  map(key: string): DocumentFields {
    return new DocumentFields(this.value(key), this.#place(key));
  }

  /** The object as counts under names that nobody knows beforehand. */
  counts(): Readonly<Record<string, number>> {
    const entries = Object.entries(this.#map);
    return Object.fromEntries(
      entries.map(([key, value]) => [key, isCount(value) ? value : fail(this.#place(key), "a count")]),
    );
  }

  list<T>(key: string, read: (item: DocumentFields) => T): readonly T[] {
    const value = this.value(key);
    if (!Array.isArray(value)) return fail(this.#place(key), "a list");
    return value.map((item, index) => readItem(item, `${this.#place(key)}[${index}]`, read));
  }

  value(key: string): JsonValue | undefined {
    this.#asked.add(key);
    return Object.hasOwn(this.#map, key) ? this.#map[key] : undefined;
  }

  /** Refuses what nobody asked for. */
  end(): void {
    for (const key of Object.keys(this.#map)) if (!this.#asked.has(key)) fail(this.#place(key), "no such member");
  }

  #place(key: string): string {
    return `${this.#at} ${key}`;
  }
}

export function readItem<T>(value: JsonValue, at: string, read: (item: DocumentFields) => T): T {
  const fields = new DocumentFields(value, at);
  const item = read(fields);
  fields.end();
  return item;
}

function isMap(value: JsonValue | undefined): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function fail(at: string, wanted: string): never {
  throw new PortError("backup_corrupt", at, `Expected ${wanted}`);
}
