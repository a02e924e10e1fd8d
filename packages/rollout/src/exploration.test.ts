import { describe, expect, it } from "vitest";
import { Explorer } from "./exploration.test-helper.ts";
import { alphabetOf } from "./exploration-alphabet.test-helper.ts";
import { planFor, releaseFor, World } from "./rollout.test-helper.ts";
import { PHASES } from "./state.ts";

const approvals = [{ role: "release_owner", environments: ["dev"] }];
const before = planFor({ to: releaseFor("old"), weights: [10_000] });

/** Of one, two and three stages; what is compared with is observed below full weight. */
const PLANS = [[5_000], [1_000, 10_000], [1_000, 5_000, 10_000]];

describe("all states that commands can lead to", () => {
  for (const weights of PLANS)
    for (const baseline of ["none", "committed"] as const)
      it(`keep every promise with ${weights.length} stages, baseline ${baseline}`, () => {
        const plan = planFor({ weights, baseline, policy: { approvals } });
        const compares = baseline === "committed";
        // What goes back goes straight to the watch, however many stages there are: one plan explores it.
        const undo = compares && weights.length === 1 ? [before, plan] : [plan];
        const world = compares ? new World().commit(before) : new World();
        const found = new Explorer(alphabetOf(plan, { undo, ownerAsksFirst: !compares })).explore(world);
        console.log(`${weights.length} stages, baseline ${baseline}:`, JSON.stringify(found));
        expect(Object.keys(found.phases)).toEqual(expect.arrayContaining([...PHASES]));
      });
});
