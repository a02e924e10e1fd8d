/** `tau-edge run` on the real stores, in processes that die. `npm run campaign:cycles` kills at every call. */
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { SeededChance } from "@tau-edge/adapter-memory";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CycleStory, killCycle, tellCycle } from "./cycle-kill.ts";
import { makeScratch } from "./rollout-kill.ts";
import { STRACE_MISSING } from "./strace.ts";

const KILLS = 5;
const SEED = 20_261_121;
const MAIN = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

let scratch: string;
let story: CycleStory;
beforeAll(async () => {
  scratch = await makeScratch();
  if (STRACE_MISSING === undefined) story = await tellCycle(scratch, MAIN);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.skipIf(STRACE_MISSING !== undefined)(`a cycle (${STRACE_MISSING ?? "strace runs"})`, () => {
  it("that is killed at a call loses nothing that was acknowledged, and says nothing twice", async () => {
    // A kind that is rare is hit as well: the kinds first, then which call of the kind.
    const chance = new SeededChance(SEED);
    const kinds = [...new Set(story.points.map(({ call, threads }) => `${call} ${threads}`))];
    expect(kinds.length).toBeGreaterThan(5);
    for (let nth = 0; nth < KILLS; nth++) {
      const kind = kinds.splice(chance.below(kinds.length), 1)[0];
      const point = chance.pick(story.points.filter(({ call, threads }) => `${call} ${threads}` === kind));
      const found = await killCycle(scratch, point, story);
      expect(found, `seed ${SEED}: ${JSON.stringify(point)}`).toEqual({ killed: true, problems: [] });
    }
  }, 60_000);
});
