/** What only this reader does: hashing once for a crowd, and again after another upload. */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type Digest, digestOf, sha256 } from "@tau-edge/encoding";
import { afterEach, expect, it } from "vitest";
import { objectKey, R2ObjectReader } from "./mod.ts";

const BYTES = new Uint8Array(300_000).fill(7);
const DIGEST: Digest = digestOf(sha256(BYTES));

afterEach(() => reset());

/** The bucket, counting how often an object is read. */
function counted(): { bucket: R2Bucket; reads(): number } {
  let reads = 0;
  const bucket = new Proxy(env.OBJECTS, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (name === "get") reads += 1;
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { bucket, reads: () => reads };
}

it("reads an object once to hash it, however many ask for it at the same time", async () => {
  const { bucket, reads } = counted();
  await env.OBJECTS.put(objectKey(DIGEST), BYTES);
  const reader = new R2ObjectReader(bucket);
  const opened = await Promise.all(Array.from({ length: 8 }, () => reader.open(DIGEST)));
  expect(reads()).toBe(1);
  for (const object of opened) expect(object?.size_bytes).toBe(BYTES.length);
  await reader.open(DIGEST);
  expect(reads()).toBe(1);
});

it("hashes anew what was uploaded again, and gives a crowd nothing that differs", async () => {
  const { bucket, reads } = counted();
  await env.OBJECTS.put(objectKey(DIGEST), BYTES);
  const reader = new R2ObjectReader(bucket);
  await reader.open(DIGEST);
  await env.OBJECTS.put(
    objectKey(DIGEST),
    BYTES.map((byte) => byte + 1),
  );
  const crowd = await Promise.allSettled(Array.from({ length: 4 }, () => reader.open(DIGEST)));
  for (const outcome of crowd) expect(outcome).toMatchObject({ reason: { code: "object_corrupt" } });
  await env.OBJECTS.put(objectKey(DIGEST), BYTES);
  const before = reads();
  expect((await reader.open(DIGEST))?.size_bytes).toBe(BYTES.length);
  expect(reads()).toBe(before + 1);
});
