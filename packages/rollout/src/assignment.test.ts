import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Assignment, assignmentOf, type Candidate, resolve } from "./assignment.ts";
import { RolloutError } from "./errors.ts";
import {
  digestFor,
  FAILING,
  GOOD_FACTS,
  PASSING,
  planFor,
  releaseFor,
  sha256,
  World,
  worldWithStable,
} from "./rollout.test-helper.ts";

const stable = releaseFor("old");
const target = releaseFor("new");
const CANDIDATE: Candidate = { rollout_id: "rollout-1", target, attempt: 1, stage: 0, window: 0, weight_bp: 0 };
const at = (weight_bp: number, changes: Partial<Candidate> = {}): Assignment => ({
  stable,
  candidate: { ...CANDIDATE, weight_bp, ...changes },
});
const ask = (assignment: Assignment, version_key?: string) =>
  resolve(assignment, version_key === undefined ? {} : { version_key }, sha256);
const against = (options = {}) => planFor({ baseline: "committed", ...options });

const key = fc.string({ minLength: 1, maxLength: 40 });
const weight = fc.integer({ min: 0, max: 10_000 });

describe("who gets what", () => {
  it("is decided by the bucket of rollout and key, below the weight", () => {
    expect(ask(at(2_440), "user-1")).toMatchObject({
      release: target,
      by: "cohort",
      bucket: 2_439,
      arm: { name: "candidate" },
    });
    expect(ask(at(2_439), "user-1")).toMatchObject({
      release: stable,
      by: "outside_cohort",
      bucket: 2_439,
      arm: { name: "baseline" },
    });
  });

  it("stays the same for a key, whatever window is open", () => {
    fc.assert(
      fc.property(key, weight, fc.nat(), fc.nat(), (version_key, weight_bp, stage, window) => {
        const first = ask(at(weight_bp), version_key);
        const later = ask(at(weight_bp, { stage, window, attempt: 2 }), version_key);
        return JSON.stringify(first, dropArm) === JSON.stringify(later, dropArm);
      }),
    );
  });

  it("never takes the release from a key while the weight rises", () => {
    fc.assert(
      fc.property(key, weight, weight, (version_key, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const [before, after] = [low, high].map((weight_bp) => ask(at(weight_bp), version_key));
        const had = before?.outcome === "release" && before.release === target;
        return !had || (after?.outcome === "release" && after.release === target);
      }),
    );
  });

  it("is everybody at full weight and nobody at none", () => {
    fc.assert(
      fc.property(key, (version_key) => {
        const all = ask(at(10_000), version_key);
        const none = ask(at(0), version_key);
        return (
          all.outcome === "release" && all.release === target && none.outcome === "release" && none.by === "committed"
        );
      }),
    );
  });

  it("is the stable release without a key: nobody could stay where they are", () => {
    expect(ask(at(10_000))).toEqual({ outcome: "release", release: stable, by: "no_key" });
  });

  it("is nobody where nothing was committed, outside the cohort", () => {
    const { candidate } = at(2_439);
    if (candidate === undefined) throw new TypeError("no candidate");
    for (const asking of [{}, { version_key: "user-1" }])
      expect(resolve({ candidate }, asking, sha256)).toEqual({ outcome: "none", code: "no_release" });
    expect(resolve({ candidate }, { version_key: "user-42" }, sha256)).toMatchObject({ outcome: "none" });
    expect(ask({})).toEqual({ outcome: "none", code: "no_release" });
  });

  it("refuses a key that is empty or too long", () => {
    for (const version_key of ["", "x".repeat(1_025)]) expect(() => ask(at(1), version_key)).toThrow(RolloutError);
  });
});

describe("a release that is asked for by name", () => {
  const byName = (assignment: Assignment, override = target.release) =>
    resolve(assignment, { override, version_key: "k" }, sha256);

  it("is given while it is the candidate, before the first key has it too, and counts in no window", () => {
    expect(byName(at(0))).toEqual({ outcome: "release", release: target, by: "override" });
    expect(byName(at(0), stable.release)).toEqual({ outcome: "release", release: stable, by: "override" });
  });

  it("is refused when it is neither the candidate nor the stable one", () => {
    expect(byName(at(5_000), digestFor("other"))).toEqual({ outcome: "none", code: "override_unknown" });
    expect(byName({ stable })).toEqual({ outcome: "none", code: "override_unknown" });
  });
});

describe("the assignment of a stream", () => {
  const candidateOf = (world: World) => assignmentOf(world.state).candidate;

  it("follows the weight of the stages, and names the open window", () => {
    const world = worldWithStable().start(against());
    expect(candidateOf(world)).toMatchObject({ weight_bp: 0, stage: -1 });
    world.advance();
    expect(candidateOf(world)).toMatchObject({ weight_bp: 1_000, stage: 0, window: 0, attempt: 1 });
    world.window(PASSING);
    expect(candidateOf(world)).toMatchObject({ weight_bp: 1_000, window: 1 });
    world.advance();
    expect(candidateOf(world)).toMatchObject({ weight_bp: 5_000, stage: 1, window: 0 });
  });

  it("keeps a holdback with the baseline, at full weight too", () => {
    const world = worldWithStable()
      .start(against({ weights: [10_000], policy: { holdback_bp: 500 } }))
      .advance();
    expect(candidateOf(world)?.weight_bp).toBe(9_500);
  });

  it("keeps nobody with the release that an undo takes back", () => {
    const plan = planFor({ to: stable, weights: [10_000], policy: { holdback_bp: 500 } });
    const world = new World().commit(plan).commit(against());
    world.apply({ do: "undo", release: plan.release, plan, profile: world.profile(), facts: GOOD_FACTS });
    expect(candidateOf(world)?.weight_bp).toBe(10_000);
  });

  it("has no candidate from the first record of a rollback or an abort, not even by name", () => {
    for (const world of [
      worldWithStable().start(against()).advance().window(FAILING),
      worldWithStable().start(against()).advance().rollBack(),
      worldWithStable().start(against()).advance().abort(),
    ]) {
      expect(assignmentOf(world.state)).toEqual({ stable });
      expect(resolve(assignmentOf(world.state), { override: target.release }, sha256).outcome).toBe("none");
    }
  });

  it("is nothing at all where nothing was committed and the rollout is gone", () => {
    expect(assignmentOf(new World().start(planFor()).advance().abort().state)).toEqual({});
  });

  it("is the committed release after a commit", () => {
    expect(assignmentOf(worldWithStable().commit(against()).state)).toEqual({ stable: target });
  });
});

/** Which window an observation belongs to may change; who gets what may not. */
function dropArm(name: string, value: unknown): unknown {
  return name === "arm" ? undefined : value;
}
