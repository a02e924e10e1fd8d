/**
 * One race from one seed: packagers, rollouts, people and several collectors on one disk, whose calls chance interleaves,
 * whose clocks may be a century away, and who die at their writes.
 */
import { type Fault, Faults, SeededChance, SimulatedCrash } from "@tau-edge/adapter-memory";
import { type Collecting, makeCollecting } from "@tau-edge/control";
import { PortError } from "@tau-edge/ports";
import { type Act, COLLECTOR, replay, WORKER } from "./acts.ts";
import { HISTORY_KINDS, tellHistory } from "./history.ts";
import { Member, PERSON } from "./member.ts";
import { DAY_MS, MINUTE_MS } from "./plans.ts";
import { Schedule } from "./schedule.ts";
import { World } from "./world.ts";

export interface Summary {
  readonly steps: number;
  readonly acts: number;
  readonly refused: number;
  readonly crashes: number;
  readonly collected: number;
  /** Condemned objects that somebody named again. */
  readonly rescued: number;
  /** Evidence that is gone, as the log says. */
  readonly not_replayable: number;
}

const CENTURY_MS = 36_525 * DAY_MS;
const ACTS = 4;
const PASSING_MS = [MINUTE_MS, MINUTE_MS, 60 * MINUTE_MS, 25 * 60 * MINUTE_MS, 3 * DAY_MS, 31 * DAY_MS, 401 * DAY_MS];
const SKEWS_MS = [CENTURY_MS, -CENTURY_MS, CENTURY_MS, -CENTURY_MS, 60 * MINUTE_MS, -60 * MINUTE_MS, 9 * DAY_MS];
const FAULTS: readonly Fault[] = ["crash_before", "crash_after", "store_unavailable", "store_full"];

/** How people of this race are, in percent. */
interface Temper {
  readonly accepting: number;
  readonly skewed: number;
  readonly faulty: number;
  readonly passing: number;
  readonly staying: number;
}

const histories = new Map<number, Promise<World>>();

/** Told once, raced on often. */
function historyOf(kind: number): Promise<World> {
  const known = histories.get(kind);
  if (known !== undefined) return known;
  const world = new World();
  const told = tellHistory(world, kind).then(() => world);
  histories.set(kind, told);
  return told;
}

/** @throws when a promise is broken; the message names the seed */
export async function race(seed: number): Promise<Summary> {
  try {
    return await new Race(seed, await historyOf(seed % HISTORY_KINDS)).run();
  } catch (cause) {
    throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

interface Process {
  readonly member: Member;
  readonly faults: Faults;
  readonly clockwork: { skew_ms: number };
}

class Race {
  readonly #chance: SeededChance;
  readonly #temper: Temper;
  readonly #world: World;
  readonly #schedule: Schedule;
  #steps = 0;
  #acts = 0;
  #refused = 0;
  #crashes = 0;

  constructor(seed: number, history: World) {
    const chance = new SeededChance(seed);
    this.#chance = chance;
    this.#temper = {
      accepting: chance.pick([0, 30, 80]),
      skewed: chance.pick([0, 0, 10, 40]),
      faulty: chance.pick([0, 0, 15]),
      passing: chance.pick([10, 40]),
      staying: chance.pick([0, 50, 90]),
    };
    this.#schedule = new Schedule(chance, this.#temper.staying);
    this.#world = new World(history, this.#schedule);
    this.#world.pass(chance.pick([0, 31, 401]) * DAY_MS);
  }

  /**
   * Most races begin where something was condemned a day ago, because then it matters who is first; many of these where a
   * collector died between a record and its effect.
   */
  async #begin(): Promise<void> {
    if (this.#odds(20)) return;
    await this.#together([
      this.#survive(this.#process("first"), (collecting) => collecting.plan({ accept_clock: true })),
    ]);
    this.#world.pass(25 * 60 * MINUTE_MS);
    if (this.#odds(50)) return;
    const dying = this.#process("dying");
    dying.faults.plan(1 + this.#chance.below(20), "crash_after");
    await this.#together([this.#survive(dying, (collecting) => collecting.run({ accept_clock: true }))]);
  }

  async #survive({ member }: Process, act: (collecting: Collecting) => Promise<unknown>): Promise<void> {
    try {
      await act(makeCollecting(member.ports, PERSON));
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
      this.#crashes += 1;
    }
  }

  async run(): Promise<Summary> {
    await this.#begin();
    const collectors = Array.from({ length: 2 + this.#chance.below(2) }, (_, nth) =>
      this.#live(`collector-${nth}`, COLLECTOR, true),
    );
    const workers = Array.from({ length: 2 + this.#chance.below(2) }, (_, nth) => this.#live(`worker-${nth}`, WORKER));
    await this.#together([...collectors, ...workers]);
    return this.#end();
  }

  async #together(actors: readonly Promise<void>[]): Promise<void> {
    await this.#schedule.run(actors, () => {
      this.#steps += 1;
      this.#world.look();
    });
  }

  async #live(name: string, acts: readonly Act[], collects = false): Promise<void> {
    let { member, faults, clockwork } = this.#process(name);
    for (let nth = 0; nth < ACTS; nth++) {
      if (this.#odds(this.#temper.passing)) this.#world.pass(this.#chance.pick(PASSING_MS));
      clockwork.skew_ms = this.#odds(this.#temper.skewed) ? this.#chance.pick(SKEWS_MS) : 0;
      if (this.#odds(this.#temper.faulty))
        faults.plan(faults.writes + 1 + this.#chance.below(collects ? 12 : 6), this.#chance.pick(FAULTS));
      const accept_clock = this.#odds(this.#temper.accepting);
      this.#acts += 1;
      try {
        const collecting = makeCollecting(member.ports, PERSON);
        await this.#chance.pick(acts)({ member, collecting, chance: this.#chance, accept_clock });
      } catch (error) {
        if (error instanceof SimulatedCrash) {
          this.#crashes += 1;
          ({ member, faults, clockwork } = this.#process(name));
        } else if (isLivedWith(error)) this.#refused += 1;
        else throw error;
      }
    }
  }

  #process(name: string): Process {
    const faults = new Faults();
    const clockwork = { skew_ms: 0 };
    const member = new Member(this.#world.portsOf(name, () => clockwork.skew_ms, faults));
    return { member, faults, clockwork };
  }

  /** No more faults, and all clocks are right: whoever collects now comes to an end, and what is left is what must be. */
  async #end(): Promise<Summary> {
    const { member } = this.#process("last");
    const counts = { not_replayable: 0 };
    await this.#together([this.#settle(member, counts)]);
    this.#world.witness.checkEnd();
    const { collected, rescued } = this.#world.witness;
    const [steps, acts, refused, crashes] = [this.#steps, this.#acts, this.#refused, this.#crashes];
    return { steps, acts, refused, crashes, collected, rescued, ...counts };
  }

  async #settle(member: Member, counts: { not_replayable: number }): Promise<void> {
    const collecting = makeCollecting(member.ports, PERSON);
    // Who left a rollout open and comes back after a year finds it.
    this.#world.pass(this.#chance.pick([0, 401]) * DAY_MS);
    await collecting.plan({ accept_clock: true });
    this.#world.pass(25 * 60 * MINUTE_MS);
    await collecting.run({ accept_clock: true });
    for await (const marks of member.ports.collection.marks())
      for (const { mark, digest } of marks) if (mark === "collected") throw new Error(`${digest} is left unswept`);
    for await (const { stream, seq, objects } of collecting.log())
      this.#world.witness.checkLog(`${stream}#${seq}`, objects);
    for (const { rollout_id } of (await member.rollouts.list()).rollouts)
      if ((await replay(member, rollout_id)) === "not_replayable") counts.not_replayable += 1;
  }

  #odds(percent: number): boolean {
    return this.#chance.below(100) < percent;
  }
}

/** What people are told, and live with; everything else is a fault of the program. */
export function isLivedWith(error: unknown): boolean {
  const lived = ["clock_jump", "object_condemned", "store_full", "store_unavailable"];
  return error instanceof PortError && lived.includes(error.code);
}
