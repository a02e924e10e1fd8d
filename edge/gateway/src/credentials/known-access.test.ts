/** A token that is remembered for a moment is forgotten with what ends it. */
import { ManualClock } from "@tau-edge/adapter-memory";
import { toBase64url } from "@tau-edge/encoding";
import type { AgentDirectoryReader, FoundAccess } from "@tau-edge/ports";
import { expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { knowAccess } from "./known-access.ts";

const HASH = toBase64url(new Uint8Array(32).fill(7));

function directoryOf(found: () => FoundAccess | undefined | Promise<FoundAccess | undefined>) {
  let asked = 0;
  const directory = {
    findAccess() {
      asked += 1;
      return found();
    },
  } as Partial<AgentDirectoryReader> as AgentDirectoryReader;
  return { directory, asked: () => asked };
}

const access = (expires_unix_ms: number): FoundAccess => ({
  did: "did:key:z6Mk",
  jkt: "j",
  scopes: ["events:write"],
  expires_unix_ms,
});

it("asks once in a moment, and again after it: another process may have ended the token", async () => {
  const clock = new ManualClock(1_000_000);
  let found: FoundAccess | undefined = access(9_000_000);
  const { directory, asked } = directoryOf(() => found);
  const known = knowAccess(directory, clock);
  for (let nth = 0; nth < 5; nth++) expect(await known.find(HASH)).toMatchObject({ did: "did:key:z6Mk" });
  expect(asked()).toBe(1);
  found = undefined;
  clock.advance(LIMITS.access_known_ms_max);
  expect(await known.find(HASH)).toBeUndefined();
  expect(LIMITS.access_known_ms_max).toBeLessThan(1_000);
});

it("forgets at once when it is told, also what was being read then", async () => {
  const clock = new ManualClock(1_000_000);
  const { promise, resolve } = Promise.withResolvers<FoundAccess | undefined>();
  const answers = [promise, undefined];
  const { directory } = directoryOf(() => answers.shift());
  const known = knowAccess(directory, clock);
  const asking = known.find(HASH);
  known.forget();
  resolve(access(9_000_000));
  await asking;
  expect(await known.find(HASH)).toBeUndefined();
});

it("ends a token at its time, remembered or not, and remembers none that is nobody's", async () => {
  const clock = new ManualClock(1_000_000);
  const { directory, asked } = directoryOf(() => access(1_000_100));
  const known = knowAccess(directory, clock);
  expect(await known.find(HASH)).toBeDefined();
  clock.advance(100);
  expect(await known.find(HASH)).toBeUndefined();
  expect(await known.find(HASH)).toBeUndefined();
  expect(asked()).toBe(3);
});

it("keeps the time of a clock that goes back for no time at all", async () => {
  const clock = new ManualClock(1_000_000);
  const { directory, asked } = directoryOf(() => access(9_000_000));
  const known = knowAccess(directory, clock);
  await known.find(HASH);
  clock.set(500_000);
  await known.find(HASH);
  expect(asked()).toBe(2);
});
