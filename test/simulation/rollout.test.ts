import { expect, it } from "vitest";
import { type Summary, simulate } from "./rollout-run.ts";

/** `npm run campaign:rollouts` runs ten thousand. */
const RUNS = 200;

it(`rollouts keep every promise in ${RUNS} long runs with faults`, async () => {
  const summaries: Summary[] = [];
  for (let seed = 1; seed <= RUNS; seed++) summaries.push(await simulate(seed));
  const sum = (field: keyof Summary) => summaries.reduce((total, summary) => total + summary[field], 0);
  console.log(
    `${sum("records")} records, ${sum("commits")} commits, ${sum("rollbacks")} rollbacks, ${sum("crashes")} crashes`,
  );
  // Fewer would mean that nothing happens, and the promises are kept for want of an occasion.
  expect(sum("commits")).toBeGreaterThan(RUNS / 4);
  expect(sum("rollbacks")).toBeGreaterThan(RUNS / 2);
  expect(sum("crashes")).toBeGreaterThan(RUNS);
  expect(sum("conflicts")).toBeGreaterThan(RUNS / 4);
});

it("one seed is one run", async () => {
  expect(await simulate(7)).toEqual(await simulate(7));
});
