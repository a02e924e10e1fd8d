/** How long a session lasts, and what ends it. */
import { sha256 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { makeSessions } from "./sessions.ts";

const GROUND = { epoch: 3, owner_generation: 1 };
const NOW = 1_800_000_000_000;

function sessions() {
  let made = 0;
  return makeSessions((count) => new Uint8Array(count).fill(++made), sha256);
}

it("lasts an hour, for the token that was told and for no other", () => {
  const kept = sessions();
  const token = kept.begin(GROUND, NOW);
  expect(token).toMatch(/^se_[\w-]{43}$/);
  expect(kept.isLive(token, GROUND, NOW + LIMITS.session_ms - 1)).toBe(true);
  expect(kept.isLive(token, GROUND, NOW + LIMITS.session_ms)).toBe(false);
  for (const other of [`${token}A`, token.slice(0, -1), "", "se_"]) expect(kept.isLive(other, GROUND, NOW)).toBe(false);
  expect(sessions().isLive(token, GROUND, NOW)).toBe(false);
});

it("ends with a rotation, with another credential in the configuration, and with a clock that was put back", () => {
  const kept = sessions();
  const token = kept.begin(GROUND, NOW);
  expect(kept.isLive(token, { ...GROUND, epoch: 4 }, NOW)).toBe(false);
  expect(kept.isLive(token, { ...GROUND, owner_generation: 2 }, NOW)).toBe(false);
  expect(kept.isLive(token, GROUND, NOW - 1)).toBe(false);
});

it("gives way, the oldest first, when there are as many as there may be", () => {
  const kept = sessions();
  const tokens = Array.from({ length: LIMITS.sessions_max + 1 }, () => kept.begin(GROUND, NOW));
  const alive = tokens.map((token) => kept.isLive(token, GROUND, NOW));
  expect(alive).toEqual([false, ...Array<boolean>(LIMITS.sessions_max).fill(true)]);
  const later = kept.begin(GROUND, NOW + LIMITS.session_ms);
  expect([tokens[1] ?? "", later].map((token) => kept.isLive(token, GROUND, NOW + LIMITS.session_ms))).toEqual([
    false,
    true,
  ]);
});
