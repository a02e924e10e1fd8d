import { equalBytes } from "@tau-edge/encoding";
import { pointerKey } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import type { CommitPointers } from "../commit-pointers.ts";
import { PortError } from "../errors.ts";
import { checkPointerSize, checkPointerStream, pointerPlace } from "../pointer-place.ts";
import { commitPointersSuite } from "./commit-pointers-suite.ts";
import { failuresOf } from "./failures.ts";

type Stored = Map<string, Uint8Array>;

/** Sound, in as few lines as it takes; each broken one below changes one thing in it. */
function soundPointers(stored: Stored): CommitPointers {
  const read: CommitPointers["read"] = async (key) => {
    pointerPlace(key);
    const bytes = stored.get(key);
    if (bytes !== undefined) checkPointerSize(key, bytes.length);
    return bytes?.slice();
  };
  return {
    read,
    list: async (stream) => {
      checkPointerStream(stream);
      const seqs = [...stored.keys()].map(pointerPlace).filter((place) => place.stream === stream);
      return seqs.sort((a, b) => a.seq - b.seq).map(({ rollout_id }) => pointerKey(stream, rollout_id));
    },
    publish: async (key, bytes) => {
      pointerPlace(key);
      checkPointerSize(key, bytes.length);
      const found = stored.get(key);
      if (found !== undefined) checkPointerSize(key, found.length);
      if (found !== undefined && !equalBytes(found, bytes)) throw new PortError("pointer_conflict", key, "");
      stored.set(key, bytes.slice());
      return found === undefined ? "created" : "exists";
    },
  };
}

type Break = (sound: CommitPointers, stored: Stored) => Partial<CommitPointers>;

function run(change: Break) {
  return failuresOf((t) =>
    commitPointersSuite(t, async () => {
      const stored: Stored = new Map();
      const reopen = async () => ({ ...soundPointers(stored), ...change(soundPointers(stored), stored) });
      return {
        pointers: await reopen(),
        reopen,
        plant: async (key, bytes) => void stored.set(key, bytes),
        close: async () => undefined,
      };
    }),
  );
}

const pause = (time_ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, time_ms);
  });

const BROKEN: readonly (readonly [string, Break])[] = [
  ["forgets", () => ({ publish: async () => "created" })],
  [
    "always claims to create",
    (sound) => ({ publish: (key, bytes) => sound.publish(key, bytes).then(() => "created") }),
  ],
  ["never claims to create", (sound) => ({ publish: (key, bytes) => sound.publish(key, bytes).then(() => "exists") })],
  [
    "puts the last one in the place of the first",
    (sound, stored) => ({
      publish: async (key, bytes) => {
        stored.delete(key);
        return sound.publish(key, bytes);
      },
    }),
  ],
  [
    "takes anything for a hit",
    (sound, stored) => ({ publish: async (key, bytes) => (stored.has(key) ? "exists" : sound.publish(key, bytes)) }),
  ],
  [
    "takes bytes that begin alike for a hit",
    (sound, stored) => ({
      publish: async (key, bytes) => {
        const found = stored.get(key);
        return found !== undefined && equalBytes(found, bytes.subarray(0, found.length)) && found.length > 0
          ? "exists"
          : sound.publish(key, bytes);
      },
    }),
  ],
  [
    "looks, waits and then creates",
    (sound, stored) => ({
      publish: async (key, bytes) => {
        const found = stored.get(key);
        await pause(1);
        if (found === undefined && bytes.length > 0) stored.delete(key);
        return sound.publish(key, bytes);
      },
    }),
  ],
  [
    "lets readers see half",
    (sound, stored) => ({
      publish: async (key, bytes) => {
        if (stored.has(key) || bytes.length < 1_000) return sound.publish(key, bytes);
        await sound.publish(key, bytes.slice(0, bytes.length >> 1));
        await pause(5);
        stored.delete(key);
        return sound.publish(key, bytes);
      },
    }),
  ],
  [
    "hands out its own buffer",
    (sound, stored) => ({ read: async (key) => (await sound.read(key)) && stored.get(key) }),
  ],
  ["lists in the order of text", (sound) => ({ list: async (stream) => [...(await sound.list(stream))].sort() })],
  [
    "lists every stream",
    (_, stored) => ({
      list: async (stream) => {
        checkPointerStream(stream);
        return [...stored.keys()].sort();
      },
    }),
  ],
  ["takes any key", (_, stored) => ({ read: async (key) => stored.get(key)?.slice() })],
  ["lists what is no stream", (sound) => ({ list: (stream) => sound.list(stream).catch(() => []) })],
];

it("sound pointers pass", async () => {
  expect((await run(() => ({}))).failed).toEqual([]);
});

describe("the suite fails for pointers that", () => {
  it.each(BROKEN)("%s", async (_what, change) => {
    const { failed, count } = await run(change);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(count);
  });
});
