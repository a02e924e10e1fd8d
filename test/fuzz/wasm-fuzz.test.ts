import { expect, it } from "vitest";
import { SeededRandom } from "./random.ts";
import { check, loadCorpus } from "./wasm-fuzz.ts";
import { mutate } from "./wasm-mutations.ts";

const MUTATIONS = 20_000;

it("mutations give coded errors or stable inspections, nothing else", () => {
  const random = new SeededRandom(20_000);
  const corpus = loadCorpus();
  const outcomes = new Map<string, number>();
  for (let index = 0; index < MUTATIONS; index++) {
    const bytes = mutate(corpus, random);
    const outcome = check(bytes, index % 4 === 0);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  // The mutations reach deep enough to tell: much is still read, and most codes occur.
  expect(outcomes.get("read")).toBeGreaterThan(MUTATIONS / 10);
  expect(outcomes.size).toBeGreaterThan(18);
});
