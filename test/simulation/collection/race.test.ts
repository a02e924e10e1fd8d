import { expect, it } from "vitest";
import { race, type Summary } from "./race.ts";

/** `npm run campaign:collection` runs ten thousand. */
const RACES = 200;
/** A minute on a quiet machine. */
const HUNG_MS = 600_000;

it(
  `nothing that anybody needs goes in ${RACES} races of packagers, rollouts and collectors`,
  async () => {
    const summaries: Summary[] = [];
    for (let seed = 1; seed <= RACES; seed++) summaries.push(await race(seed));
    const sum = (field: keyof Summary) => summaries.reduce((total, summary) => total + summary[field], 0);
    console.log(
      `${sum("steps")} steps, ${sum("collected")} objects collected, ${sum("rescued")} named in time, ${sum("crashes")} crashes`,
    );
    // Fewer would mean that nothing happens, and the promises are kept for want of an occasion.
    expect(sum("collected")).toBeGreaterThan(5 * RACES);
    expect(sum("rescued")).toBeGreaterThan(RACES / 4);
    expect(sum("crashes")).toBeGreaterThan(RACES / 4);
    expect(sum("refused")).toBeGreaterThan(RACES);
    expect(sum("not_replayable")).toBeGreaterThan(RACES / 10);
  },
  HUNG_MS,
);

it("one seed is one race", async () => {
  expect(await race(7)).toEqual(await race(7));
});
