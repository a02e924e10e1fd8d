import { type Digest, digestOf, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { PortError } from "../errors.ts";
import type { ObjectStore } from "../object-store.ts";
import { clockSuite } from "./clock-suite.ts";
import { failuresOf } from "./failures.ts";
import { objectReaderSuite } from "./object-reader-suite.ts";
import { objectStoreSuite } from "./object-store-suite.ts";

type Objects = Map<Digest, Uint8Array>;

/** A sound store, in as few lines as it takes; each broken one below changes one thing in it. */
function soundObjects(objects: Objects): ObjectStore {
  const read = async (digest: Digest, max: number) => {
    const bytes = objects.get(digest);
    if (bytes === undefined) return undefined;
    if (bytes.length > max) throw new PortError("object_too_large", digest, "");
    if (digestOf(sha256(bytes)) !== digest) throw new PortError("object_corrupt", digest, "");
    return bytes.slice();
  };
  return {
    read,
    stat: async (digest) => {
      const size_bytes = objects.get(digest)?.length;
      return size_bytes === undefined ? undefined : { digest, size_bytes };
    },
    open: async (digest) => {
      const bytes = await read(digest, Number.POSITIVE_INFINITY);
      if (bytes === undefined) return undefined;
      const body = (range = { start: 0, end: bytes.length }) =>
        new Blob([bytes.subarray(range.start, range.end)]).stream() as ReadableStream<Uint8Array>;
      return { digest, size_bytes: bytes.length, body, close: async () => undefined };
    },
    putIfAbsent: async (digest, bytes) => {
      const stored = objects.get(digest);
      if (stored !== undefined && digestOf(sha256(stored)) !== digest)
        throw new PortError("object_corrupt", digest, "");
      if (stored === undefined) objects.set(digest, bytes.slice());
      return stored === undefined;
    },
  };
}

type Break<T> = (sound: T, objects: Objects) => Partial<T>;

function runReader(change: Break<ObjectStore>) {
  return failuresOf((t) =>
    objectReaderSuite(t, async () => {
      const objects: Objects = new Map();
      const sound = soundObjects(objects);
      const plant = async (digest: Digest, bytes: Uint8Array) => void objects.set(digest, bytes.slice());
      return { reader: { ...sound, ...change(sound, objects) }, sha256, plant, close: async () => undefined };
    }),
  );
}

function runStore(change: Break<ObjectStore>) {
  return failuresOf((t) =>
    objectStoreSuite(t, async () => {
      const objects: Objects = new Map();
      const sound = soundObjects(objects);
      const reopen = async () => ({ ...sound, ...change(sound, objects) });
      return {
        store: await reopen(),
        reopen,
        sha256,
        damage: async (digest, bytes) => void objects.set(digest, bytes),
        close: async () => undefined,
      };
    }),
  );
}

const unchecked: Break<ObjectStore> = (_, objects) => ({ read: async (digest) => objects.get(digest)?.slice() });

const BROKEN_READERS: readonly (readonly [string, Break<ObjectStore>])[] = [
  ["invents objects", () => ({ stat: async (digest) => ({ digest, size_bytes: 0 }) })],
  ["does not verify on read", unchecked],
  [
    "does not verify on open",
    (sound, objects) => ({
      open: async (digest) => {
        const bytes = objects.get(digest);
        const honest = digestOf(sha256(bytes ?? new Uint8Array()));
        if (bytes === undefined || honest === digest) return sound.open(digest);
        const body = () => new Blob([bytes.slice()]).stream() as ReadableStream<Uint8Array>;
        return { digest, size_bytes: bytes.length, body, close: async () => undefined };
      },
    }),
  ],
  ["ignores the limit", (sound) => ({ read: (digest) => sound.read(digest, Number.POSITIVE_INFINITY) })],
  [
    "takes the end of a range as inclusive",
    (sound) => ({
      open: async (digest) => {
        const opened = await sound.open(digest);
        if (opened === undefined) return undefined;
        return { ...opened, body: (range) => opened.body(range && { start: range.start, end: range.end + 1 }) };
      },
    }),
  ],
  [
    "ignores the range",
    (sound) => ({
      open: async (digest) => {
        const opened = await sound.open(digest);
        return opened && { ...opened, body: () => opened.body() };
      },
    }),
  ],
];

const BROKEN_STORES: readonly (readonly [string, Break<ObjectStore>])[] = [
  [
    "always claims to create",
    (sound) => ({ putIfAbsent: (digest, bytes) => sound.putIfAbsent(digest, bytes).then(() => true) }),
  ],
  ["forgets", () => ({ putIfAbsent: async () => true })],
  [
    "keeps the caller's buffer",
    (_, objects) => ({
      putIfAbsent: async (digest, bytes) => {
        const created = !objects.has(digest);
        if (created) objects.set(digest, bytes);
        return created;
      },
    }),
  ],
  ["hands out its own buffer", (_, objects) => ({ read: async (digest) => objects.get(digest) })],
  [
    "looks, waits and then creates",
    (sound, objects) => ({
      putIfAbsent: async (digest, bytes) => {
        const created = !objects.has(digest);
        await new Promise<void>((resolve) => {
          setTimeout(resolve, 1);
        });
        await sound.putIfAbsent(digest, bytes);
        return created;
      },
    }),
  ],
  [
    "lets readers see half",
    (sound, objects) => ({
      putIfAbsent: async (digest, bytes) => {
        if (objects.has(digest)) return sound.putIfAbsent(digest, bytes);
        objects.set(digest, bytes.slice(0, bytes.length >> 1));
        await new Promise<void>((resolve) => {
          setTimeout(resolve, 5);
        });
        objects.set(digest, bytes.slice());
        return true;
      },
    }),
  ],
  [
    "takes bytes of the same length for a hit",
    (sound, objects) => ({
      putIfAbsent: async (digest, bytes) =>
        objects.get(digest)?.length === bytes.length ? false : sound.putIfAbsent(digest, bytes),
    }),
  ],
  [
    "takes anything for a hit",
    (_, objects) => ({
      putIfAbsent: async (digest, bytes) => !objects.has(digest) && !!objects.set(digest, bytes.slice()),
    }),
  ],
];

it("a sound object store passes", async () => {
  expect((await runReader(() => ({}))).failed).toEqual([]);
  expect((await runStore(() => ({}))).failed).toEqual([]);
});

describe("the suites fail for", () => {
  const cases = [
    ...BROKEN_READERS.map(([what, change]) => [`an object reader that ${what}`, () => runReader(change)] as const),
    ...BROKEN_STORES.map(([what, change]) => [`an object store that ${what}`, () => runStore(change)] as const),
    ...[0, -1, 1.5, 1_767_225_600, Number.NaN].map(
      (now) =>
        [
          `a clock that shows ${now}`,
          () => failuresOf((t) => clockSuite(t, () => ({ nowUnixMs: () => now }))),
        ] as const,
    ),
  ];
  for (const [name, run] of cases)
    it(name, async () => {
      const { failed, count } = await run();
      expect(failed.length).toBeGreaterThan(0);
      // One broken promise must not bring everything down, or the suite would not say which.
      if (count > 1) expect(failed.length).toBeLessThan(count);
    });
});
