/** Reads the fields of a record's body: each getter gives the value or says which field of which record is wrong. */

import { type Digest, digestOf } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import { type ObjectInfo, PortError } from "@tau-edge/ports";

export interface FieldReader {
  text(key: string): string;
  optionalText(key: string): string | undefined;
  /** An integer from 0 to 2^53 - 1. */
  count(key: string): number;
  optionalCount(key: string): number | undefined;
  flag(key: string): boolean;
  digest(key: string): Digest;
  optionalDigest(key: string): Digest | undefined;
  /** Pairs of a digest and a length in bytes. */
  objects(key: string): readonly ObjectInfo[];
  list(key: string): readonly unknown[];
  texts(key: string): readonly string[];
  /** One of a small vocabulary. */
  word<Word extends string>(key: string, words: readonly Word[]): Word;
  /** Some of them. */
  words<Word extends string>(key: string, words: readonly Word[]): readonly Word[];
}

/**
 * Fields that a getter does not ask for are ignored, so that a later version may add some.
 * @throws PortError `ledger_corrupt` from a getter: the record chains, but nobody of this program can have written it
 */
export function readFields(stored: StoredRecord): FieldReader {
  const { body, stream, seq } = stored.record;
  const fail = (key: string, wanted: string): never => {
    throw new PortError("ledger_corrupt", `${stream}#${seq}`, `The field ${key} of the record is not ${wanted}`);
  };
  const get = (key: string): unknown => (Object.hasOwn(body, key) ? body[key] : undefined);
  const text = (key: string): string => {
    const value = get(key);
    return typeof value === "string" ? value : fail(key, "text");
  };
  const list = (key: string): readonly unknown[] => {
    const value = get(key);
    return Array.isArray(value) ? value : fail(key, "a list");
  };
  const count = (key: string): number => countOf(get(key)) ?? fail(key, "a count");
  const digest = (key: string): Digest => digestIn(get(key)) ?? fail(key, "a digest");
  const objectOf = (key: string, entry: unknown): ObjectInfo => {
    const [bytes, length]: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const [named, size_bytes] = [digestIn(bytes), countOf(length)];
    return named === undefined || size_bytes === undefined
      ? fail(key, "a list of pairs of a digest and a length")
      : { digest: named, size_bytes };
  };
  return {
    text,
    list,
    count,
    optionalText: (key) => (get(key) === undefined ? undefined : text(key)),
    optionalCount: (key) => (get(key) === undefined ? undefined : count(key)),
    flag(key) {
      const value = get(key);
      return typeof value === "boolean" ? value : fail(key, "true or false");
    },
    digest,
    optionalDigest: (key) => (get(key) === undefined ? undefined : digest(key)),
    objects: (key) => list(key).map((entry) => objectOf(key, entry)),
    word<Word extends string>(key: string, words: readonly Word[]) {
      const value = get(key);
      return words.find((word) => word === value) ?? fail(key, `one of ${words.join(", ")}`);
    },
    words<Word extends string>(key: string, words: readonly Word[]) {
      return list(key).map((entry) => words.find((word) => word === entry) ?? fail(key, `of ${words.join(", ")}`));
    },
    texts: (key) => list(key).map((entry) => (typeof entry === "string" ? entry : fail(key, "a list of texts"))),
  };
}

function countOf(value: unknown): number | undefined {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function digestIn(value: unknown): Digest | undefined {
  return value instanceof Uint8Array && value.length === 32 ? digestOf(value) : undefined;
}
