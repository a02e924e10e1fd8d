import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeScratch } from "../rollout-kill.ts";
import { type Histories, realRace, tellHistories } from "./real-race.ts";

/** `npm run campaign:collection` runs two hundred. */
const RACES = 4;

let histories: Histories;
beforeAll(async () => {
  histories = await tellHistories(await makeScratch());
});
afterAll(() => rm(histories.scratch, { recursive: true, force: true }));

it(`nothing that anybody needs goes in ${RACES} races on a state directory`, async () => {
  for (let seed = 1; seed <= RACES; seed++) {
    const { collected } = await realRace(seed, histories);
    expect(collected).toBeGreaterThan(0);
  }
});
