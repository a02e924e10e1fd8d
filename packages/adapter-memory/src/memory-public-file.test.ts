import type { PublicFile } from "@tau-edge/ports";
import { failuresOf, publicFileSuite } from "@tau-edge/ports/suites";
import { describe, expect, it } from "vitest";
import { MemoryPublicFile } from "./memory-public-file.ts";

type Break = (sound: MemoryPublicFile) => Partial<PublicFile>;

function run(change: Break) {
  return failuresOf((t) =>
    publicFileSuite(t, async () => {
      const files = new Map<string, Uint8Array>();
      const open = (): PublicFile => {
        const sound = new MemoryPublicFile({ path: "did.json", files });
        return {
          read: (size_bytes_max) => sound.read(size_bytes_max),
          create: (bytes) => sound.create(bytes),
          replace: (bytes) => sound.replace(bytes),
          ...change(sound),
        };
      };
      return { file: open(), reopen: open, close: async () => undefined };
    }),
  );
}

const BROKEN: readonly (readonly [string, Break])[] = [
  ["is written over by a creation", (sound) => ({ create: (bytes) => sound.replace(bytes).then(() => true) })],
  ["is read whatever its size is", (sound) => ({ read: () => sound.read(Number.MAX_SAFE_INTEGER) })],
  ["is never replaced", () => ({ replace: async () => undefined })],
];

it("the adapter passes its suite", async () => {
  expect((await run(() => ({}))).failed).toEqual([]);
});

describe("the suite fails for a file that", () => {
  for (const [what, change] of BROKEN)
    it(what, async () => {
      const { failed, count } = await run(change);
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.length).toBeLessThan(count);
    });
});
