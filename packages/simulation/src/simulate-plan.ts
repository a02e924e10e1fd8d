/** What would this plan do? */
import { type Behaviour, equalRelease, limitsOf, NOISE_ASSUMPTIONS, type Plan, twiceAsBad } from "@tau-edge/rollout";
import { type Agreement, agreementOf, type TwiceOutcome } from "./agreement.ts";
import { Chance } from "./chance.ts";
import { CONFIDENCE_PPM, seenChance } from "./interval.ts";
import { RUNS_MAX } from "./limits.ts";
import { behaviourOf, checkModel, type TrafficModel } from "./model.ts";
import { inPpm, type Outcome, outcomeOf } from "./outcome.ts";
import { type RolloutRun, runRollout } from "./run-rollout.ts";
import { passesEach } from "./single-windows.ts";
import { worldOf } from "./world.ts";

export interface Simulation {
  readonly v: 1;
  readonly seed: number;
  /** Of each release that is tried. */
  readonly runs: number;
  /** Of every interval, in parts per million. */
  readonly confidence_ppm: number;
  readonly model: TrafficModel;
  /** The release of the model. */
  readonly release: Outcome;
  /** A release that is as good as its baseline: what is rolled back of it is rolled back falsely. */
  readonly equal: Outcome;
  /** Releases that are twice as bad as one limit allows: what is promoted of them is promoted falsely. */
  readonly twice: readonly TwiceOutcome[];
  /**
   * With what `estimate` says of the plan. It is said of the traffic that the plan expects, so a model that changes that
   * traffic compares with something else, and the list is empty.
   */
  readonly agreement: readonly Agreement[];
}

export interface Progress {
  readonly done: number;
  readonly of: number;
}

/** Between two reports of progress. */
const RUNS_AT_ONCE = 100;

/** Numbers of what is tried: each has chance of its own, and a release of the model that is as good as equal has the same. */
const TRIALS = { equal: 0, release: 1, twice: 16, windows: 32 } as const;

/**
 * The same arguments give the same simulation to the bit, on every engine.
 * @param seed an integer, 0 to 2^53 - 1
 * @param runs 1 to `RUNS_MAX`, of each release that is tried
 * @throws RangeError when an argument is out of range
 */
export function simulatePlan(plan: Plan, model: TrafficModel, seed: number, runs: number): Simulation {
  const steps = simulateInSteps(plan, model, seed, runs);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As `simulatePlan`, for whoever has to do something else in between: it goes on when it is asked to. */
export function* simulateInSteps(
  plan: Plan,
  model: TrafficModel,
  seed: number,
  runs: number,
): Generator<Progress, Simulation> {
  checkModel(model);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`a seed is an integer from 0, not ${seed}`);
  if (!Number.isInteger(runs) || runs < 1 || runs > RUNS_MAX)
    throw new RangeError(`runs are an integer from 1 to ${RUNS_MAX}, not ${runs}`);
  const limits = limitsOf(plan);
  const equalOne = equalRelease(limits, NOISE_ASSUMPTIONS);
  const bad = twiceAsBad(limits, NOISE_ASSUMPTIONS);
  const asked = behaviourOf(model);
  const isEqual = isSame(asked, equalOne);
  const simulator = new Simulator(plan, model, seed, runs, runs * ((isEqual ? 1 : 2) + 2 * bad.length));
  const equal = yield* simulator.outcome(TRIALS.equal, equalOne);
  const release = isEqual ? equal : yield* simulator.outcome(TRIALS.release, asked);
  const twice: TwiceOutcome[] = [];
  for (const [nth, behaviour] of bad.entries()) twice.push(yield* simulator.twice(nth, behaviour));
  const agreement = isExpected(plan, model) ? agreementOf(plan, equal, twice) : [];
  return { v: 1, seed, runs, confidence_ppm: CONFIDENCE_PPM, model, release, equal, twice, agreement };
}

class Simulator {
  readonly #plan: Plan;
  readonly #model: TrafficModel;
  readonly #seed: number;
  readonly #runs: number;
  readonly #of: number;
  #done = 0;

  constructor(plan: Plan, model: TrafficModel, seed: number, runs: number, of: number) {
    this.#plan = plan;
    this.#model = model;
    this.#seed = seed;
    this.#runs = runs;
    this.#of = of;
  }

  *outcome(trial: number, release: Behaviour): Generator<Progress, Outcome> {
    const world = worldOf(this.#plan, this.#model, release);
    const runs: RolloutRun[] = [];
    yield* this.#each(trial, (chance) => runs.push(runRollout(chance, world)));
    return outcomeOf(world, runs);
  }

  *twice(nth: number, release: Behaviour): Generator<Progress, TwiceOutcome> {
    const world = worldOf(this.#plan, this.#model, release);
    let promoted = 0;
    yield* this.#each(TRIALS.twice + nth, (chance) => {
      if (runRollout(chance, world).ended === "committed") promoted += 1;
    });
    const passed = world.stages.map(() => 0);
    yield* this.#each(TRIALS.windows + nth, (chance) => {
      for (const [stage, isPassed] of passesEach(chance, world).entries())
        if (isPassed) passed[stage] = (passed[stage] ?? 0) + 1;
    });
    const seen = (count: number) => seenChance(count, this.#runs);
    return { ...inPpm(release), promoted: seen(promoted), passed: passed.map(seen) };
  }

  *#each(trial: number, run: (chance: Chance) => void): Generator<Progress, void> {
    for (let nth = 0; nth < this.#runs; nth++) {
      run(new Chance(this.#seed, trial, nth));
      this.#done += 1;
      if (this.#done % RUNS_AT_ONCE === 0) yield { done: this.#done, of: this.#of };
    }
  }
}

function isSame(a: Behaviour, b: Behaviour): boolean {
  // One is in parts per million, the other a share of a limit: they are computed differently.
  const near = (x: number, y: number) => Math.abs(x - y) < 1e-12;
  return near(a.failing, b.failing) && near(a.slowness, b.slowness);
}

/** Whether what the release is compared with behaves as the estimate takes it. */
function isExpected(plan: Plan, model: TrafficModel): boolean {
  const { error_ppm } = inPpm(equalRelease(limitsOf(plan), NOISE_ASSUMPTIONS));
  return (
    model.expected_per_hour === plan.expected_per_hour &&
    model.latency_sigma_ppm === NOISE_ASSUMPTIONS.latency_sigma_ppm &&
    Math.abs(model.baseline_error_ppm - error_ppm) < 1e-3
  );
}
