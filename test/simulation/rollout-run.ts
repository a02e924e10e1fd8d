/** One long run from one seed: people, operators, processes that die, clocks that jump. */
import { type Fault, ManualClock, SeededChance, SimulatedCrash } from "@tau-edge/adapter-memory";
import { nativeSha256 } from "@tau-edge/adapter-node";
import type { Digest } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import {
  activeRun,
  type Command,
  checkpointObject,
  defaultEnvironmentProfile,
  emptyState,
  evolveAll,
  lastCommit,
  type Plan,
  type ReleaseRef,
  restoreCheckpoint,
  type StreamState,
} from "@tau-edge/rollout";
import { GOOD_FACTS } from "../../packages/rollout/src/preflight/good-facts.test-helper.ts";
import { Disk, MINUTE_MS, planFor, STREAM, Stores } from "./rollout-disk.ts";
import { checkPromises } from "./rollout-invariants.ts";
import { isExpected, type Moment, Process } from "./rollout-process.ts";
import { type Behaviour, Traffic } from "./rollout-traffic.ts";

const STEPS = 120;
const CALM_STEPS_MAX = 400;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WEIGHTS = [[5_000], [1_000, 10_000], [1_000, 5_000, 10_000]];
const PERSONS: readonly Actor[] = ["alice", "bob"].map((id) => ({ kind: "local", id }));

export interface Summary {
  readonly records: number;
  readonly commits: number;
  readonly rollbacks: number;
  readonly crashes: number;
  readonly conflicts: number;
}

/** @throws when a promise is broken; the message names the seed */
export async function simulate(seed: number): Promise<Summary> {
  try {
    return await new Simulation(seed).run();
  } catch (cause) {
    throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : "unknown"}`, { cause });
  }
}

class Simulation {
  readonly #chance: SeededChance;
  readonly #clock = new ManualClock();
  readonly #disk = new Disk();
  readonly #behaviours = new Map<Digest, Behaviour>();
  readonly #traffic: Traffic;
  /** Reads and reports; it never dies, and decides nothing. */
  readonly #gateway = new Stores(this.#disk);
  readonly #plans: readonly (readonly [Plan, ReleaseRef])[];
  #process = new Process(new Stores(this.#disk));
  #live: StreamState = emptyState(STREAM);
  /** Commands that come again, and what somebody thought the stream was. */
  #old: Act[] = [];
  #crashes = 0;
  #conflicts = 0;

  constructor(seed: number) {
    this.#chance = new SeededChance(seed);
    const weights = this.#chance.pick(WEIGHTS);
    this.#plans = [0, 1, 2].map((index) => {
      const release = this.#disk.release(`${index}`);
      this.#behaviours.set(release.release, this.#chance.pick([HEALTHY, HEALTHY, HEALTHY, BROKEN, SLOW]));
      return [planFor(release, weights, index === 0 ? "none" : "committed"), release];
    });
    this.#traffic = new Traffic(this.#chance, this.#behaviours);
  }

  async run(): Promise<Summary> {
    for (let step = 0; step < STEPS; step++) {
      this.#passTime();
      this.#traffic.use(this.#live);
      await this.#traffic.deliver(this.#gateway, this.#clock.nowUnixMs());
      await this.#survive(() => this.#operate());
      await this.#survive(() => this.#serve());
      await this.#look();
    }
    await this.#calmDown();
    const records = await this.#gateway.ledger.read(STREAM, 0, 1_000);
    checkPromises({
      disk: this.#disk,
      records,
      live: this.#live,
      acknowledged: this.#traffic.acknowledged,
      broken: new Set(
        [...this.#behaviours].filter(([, behaviour]) => behaviour === BROKEN).map(([release]) => release),
      ),
    });
    const count = (type: string) => records.filter(({ record }) => record.type === type).length;
    return {
      records: records.length,
      commits: count("finalize"),
      rollbacks: count("rollback"),
      crashes: this.#crashes,
      conflicts: this.#conflicts,
    };
  }

  #passTime(): void {
    this.#clock.advance(this.#chance.pick([0, 10_000, MINUTE_MS, MINUTE_MS, 3 * MINUTE_MS]));
    const jump = this.#chance.below(60);
    if (jump === 0) this.#clock.advance(-5 * MINUTE_MS);
    if (jump === 1) this.#clock.advance(-60 * MINUTE_MS);
    if (jump === 2) this.#clock.advance(70 * MINUTE_MS);
    if (jump === 3) this.#clock.advance(DAY_MS + 60 * MINUTE_MS);
  }

  #moment(): Moment {
    const odds = this.#chance.below(50);
    const facts =
      odds === 0
        ? { ...GOOD_FACTS, free_bytes: 0 }
        : odds === 1
          ? ({ ...GOOD_FACTS, artifact: "corrupt" } as const)
          : GOOD_FACTS;
    return {
      now_unix_ms: this.#clock.nowUnixMs(),
      facts,
      unreachable: this.#chance.below(40) === 0,
      healthy: this.#chance.below(4) > 0,
      acceptsClock: this.#chance.below(2) === 0,
    };
  }

  /** Plans a fault for one of the next writes, and starts the next process when this one has died. */
  async #survive(act: () => Promise<void>): Promise<void> {
    const { faults } = this.#process.stores;
    const kinds: readonly Fault[] = ["crash_before", "crash_after", "store_unavailable", "store_full"];
    if (this.#chance.below(6) === 0) faults.plan(faults.writes + 1 + this.#chance.below(6), this.#chance.pick(kinds));
    try {
      await act();
    } catch (error) {
      if (isExpected(error)) return;
      if (!(error instanceof SimulatedCrash)) throw error;
      this.#crashes += 1;
      this.#process = new Process(new Stores(this.#disk));
      await this.#process.recover();
    }
  }

  async #serve(): Promise<void> {
    for (let times = this.#chance.below(3); times > 0; times--) {
      const done = await this.#process.serve(this.#moment());
      if (done === "conflict") this.#conflicts += 1;
    }
  }

  async #operate(): Promise<void> {
    const again = this.#old.length > 0 && this.#chance.below(4) === 0 ? this.#chance.pick(this.#old) : undefined;
    if (again !== undefined) await this.#send(again);
    if (activeRun(this.#live) !== undefined && this.#chance.below(6) > 0) return;
    const state = this.#live;
    const act = { command: this.#chance.pick(this.#commands(state)), actor: this.#chance.pick(PERSONS), state };
    if (this.#chance.below(8) > 0) await this.#send(act);
    if (this.#chance.below(3) === 0) this.#old.push(act);
    this.#old = this.#old.slice(-4);
  }

  /** Half of the time by what the sender thought the stream was, which the ledger refuses when it has moved. */
  async #send({ command, actor, state }: Act): Promise<void> {
    const seen = this.#chance.below(2) === 0 ? state : await this.#process.state();
    if ((await this.#process.apply(seen, command, actor, this.#moment())) === "conflict") this.#conflicts += 1;
  }

  #commands(state: StreamState): readonly Command[] {
    const { facts } = this.#moment();
    const profile = defaultEnvironmentProfile("dev");
    const committed = lastCommit(state)?.target.release;
    const next = this.#plans.find(
      ([, release], index) => (index === 0) === (committed === undefined) && release.release !== committed,
    );
    const [plan, target] = next ?? this.#chance.pick(this.#plans);
    const run = activeRun(state);
    const beginning: readonly Command[] = [
      { do: "start", plan, target, profile, facts },
      { do: "start", plan, target, profile, facts },
      { do: "retry", profile, facts },
      ...this.#plans.map(([of]): Command => ({ do: "undo", release: of.release, plan: of, profile, facts })),
      {
        do: "revalidate",
        validation: "package",
        manifest: state.run?.target.manifest ?? plan.manifest,
        passed: this.#chance.below(4) > 0,
        report: this.#disk.put("validation"),
      },
    ];
    const progress = { total: 0, failed: 0 };
    const open: readonly Command[] = [
      { do: "pause", reason: "" },
      { do: "resume" },
      { do: "resume" },
      { do: "promote" },
      { do: "promote" },
      { do: "abort", code: "aborted", reason: "" },
      { do: "roll_back", trigger: "operator", reason: "" },
      { do: "override", role: "release_owner", reason: "", facts, progress },
      { do: "override", role: "on_call", reason: "", facts, progress },
      { do: "override", role: "on_call", reason: "", facts },
    ];
    return run === undefined ? beginning : open;
  }

  /** Keeps the live state from record to record, as a reader beside the ledger does that is stopped now and then. */
  async #look(): Promise<void> {
    if (this.#chance.below(4) === 0) this.#live = restoreCheckpoint(checkpointObject(this.#live, nativeSha256).bytes);
    this.#live = evolveAll(this.#live, await this.#gateway.ledger.read(STREAM, this.#live.next_seq, 1_000));
  }

  /** No more faults and no more people: whatever is open ends. */
  async #calmDown(): Promise<void> {
    this.#process = new Process(new Stores(this.#disk));
    await this.#process.recover();
    const moment = { facts: GOOD_FACTS, unreachable: false, healthy: true, acceptsClock: true };
    this.#clock.set(Math.max(this.#clock.nowUnixMs(), this.#live.at_unix_ms));
    for (let steps = 0; activeRun(this.#live) !== undefined; steps++) {
      if (steps > CALM_STEPS_MAX) throw new Error("left alone, it does not end");
      this.#clock.advance(5 * MINUTE_MS);
      await this.#process.serve({ ...moment, now_unix_ms: this.#clock.nowUnixMs() });
      await this.#look();
    }
  }
}

interface Act {
  readonly command: Command;
  readonly actor: Actor;
  readonly state: StreamState;
}

const HEALTHY: Behaviour = { failed_per_mille: 5, latency_us: 1_000 };
/** Five times what its plan allows. */
const BROKEN: Behaviour = { failed_per_mille: 50, latency_us: 1_000 };
const SLOW: Behaviour = { failed_per_mille: 0, latency_us: 2_000 };
