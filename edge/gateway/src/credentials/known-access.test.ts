/** A token that is remembered for a moment is forgotten with what ends it. */
import { ManualClock } from "@tau-edge/adapter-memory";
import { encodeUtf8, sha256, toBase64url } from "@tau-edge/encoding";
import type { AgentDirectoryReader, FoundAccess } from "@tau-edge/ports";
import { expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { knowAccess } from "./known-access.ts";

const TOKEN = "an-access-token";

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
  const known = knowAccess(directory, clock, sha256);
  for (let nth = 0; nth < 5; nth++) expect(await known.find(TOKEN)).toMatchObject({ did: "did:key:z6Mk" });
  expect(asked()).toBe(1);
  found = undefined;
  clock.advance(LIMITS.access_known_ms_max);
  expect(await known.find(TOKEN)).toBeUndefined();
  expect(LIMITS.access_known_ms_max).toBeLessThan(1_000);
});

it("forgets at once when it is told, also what was being read then", async () => {
  const clock = new ManualClock(1_000_000);
  const { promise, resolve } = Promise.withResolvers<FoundAccess | undefined>();
  const answers = [promise, undefined];
  const { directory } = directoryOf(() => answers.shift());
  const known = knowAccess(directory, clock, sha256);
  const asking = known.find(TOKEN);
  known.forget();
  resolve(access(9_000_000));
  await asking;
  expect(await known.find(TOKEN)).toBeUndefined();
});

it("ends a token at its time, remembered or not, and remembers none that is nobody's", async () => {
  const clock = new ManualClock(1_000_000);
  const { directory, asked } = directoryOf(() => access(1_000_100));
  const known = knowAccess(directory, clock, sha256);
  expect(await known.find(TOKEN)).toBeDefined();
  clock.advance(100);
  expect(await known.find(TOKEN)).toBeUndefined();
  expect(await known.find(TOKEN)).toBeUndefined();
  expect(asked()).toBe(3);
});

it("keeps the time of a clock that goes back for no time at all", async () => {
  const clock = new ManualClock(1_000_000);
  const { directory, asked } = directoryOf(() => access(9_000_000));
  const known = knowAccess(directory, clock, sha256);
  await known.find(TOKEN);
  clock.set(500_000);
  await known.find(TOKEN);
  expect(asked()).toBe(2);
});

it("tells what a proof beside the token must name, and by that asks anew whether the token has ended", async () => {
  const clock = new ManualClock(1_000_000);
  let found: FoundAccess | undefined = access(9_000_000);
  const known = knowAccess(directoryOf(() => found).directory, clock, sha256);
  const { ath = "" } = (await known.find(TOKEN)) ?? {};
  expect(ath).toBe(toBase64url(sha256(encodeUtf8(TOKEN))));
  expect(await known.isLive(ath)).toBe(true);
  found = undefined;
  expect(await known.isLive(ath)).toBe(false);
  found = access(1_000_000);
  expect(await known.isLive(ath)).toBe(false);
});
