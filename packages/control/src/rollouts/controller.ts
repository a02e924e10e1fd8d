/** Runs rollouts: does what the agenda says, again and again, until it says that there is nothing to do now. */
import { type Actor, parseStream } from "@tau-edge/ledger";
import { activeRun, isEnvironment, type Run, type Step } from "@tau-edge/rollout";
import { StreamDriver } from "./drive-stream.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutStream } from "./rollout-streams.ts";
import type { RolloutSummary } from "./rollout-view.ts";

export interface Controller {
  /**
   * Looks at every stream once and does everything that is due. May be called while an earlier call is still at work:
   * streams that are being worked on are left to it. Never throws for what one stream does.
   * @throws PortError when the ledger cannot be asked at all
   */
  tick(now_unix_ms: number): Promise<readonly StreamTick[]>;
}

/** What happened in one stream; streams in which nothing is open and nothing happened are left out. */
export interface StreamTick {
  readonly stream: string;
  readonly rollout_id?: string;
  /** What was done, in this order. */
  readonly done: readonly Step["do"][];
  /** How the run ended that was open before. */
  readonly ended?: { readonly status: RolloutSummary["status"]; readonly failure_code?: string };
  /** What it waits for now. */
  readonly waits?: Extract<Step, { do: "wait" }>;
  /** A step that was refused, with the code; it is tried again later. */
  readonly refused?: { readonly step: Step["do"]; readonly code: string; readonly detail: string };
  /** The counters of the open window cannot be read now. */
  readonly unreachable?: true;
  readonly error?: unknown;
}

const CONTROLLER: Actor = { kind: "system", id: "controller" };

export function makeController(ports: RolloutPorts): Controller {
  return new RolloutController(ports);
}

class RolloutController implements Controller {
  readonly #ports: RolloutPorts;
  readonly #drivers = new Map<string, StreamDriver>();
  readonly #busy = new Set<string>();

  constructor(ports: RolloutPorts) {
    this.#ports = ports;
  }

  async tick(now_unix_ms: number): Promise<readonly StreamTick[]> {
    const { streams, failures } = await this.#ports.streams.all();
    const failed = [...failures].map(([stream, error]) => ({ stream, done: [], error }));
    const sound = streams.filter(({ state }) => !failures.has(state.stream) && !this.#busy.has(state.stream));
    const ticks = await Promise.all(sound.map((known) => this.#drive(known, now_unix_ms)));
    return [...failed, ...ticks.filter((tick) => tick !== undefined)];
  }

  async #drive(known: RolloutStream, now_unix_ms: number): Promise<StreamTick | undefined> {
    const { stream } = known.state;
    const driver = this.#driverOf(stream);
    if (driver === undefined || !driver.hasWork(known)) return undefined;
    this.#busy.add(stream);
    try {
      const tick = await driver.drive(now_unix_ms);
      return isSilent(tick, activeRun(known.state)) ? undefined : tick;
    } catch (error) {
      return { stream, done: [], error };
    } finally {
      this.#busy.delete(stream);
    }
  }

  #driverOf(stream: string): StreamDriver | undefined {
    const name = parseStream(stream);
    if (name === "system" || !isEnvironment(name.environment)) return undefined;
    const place = { ...name, environment: name.environment };
    const driver = this.#drivers.get(stream) ?? new StreamDriver(place, CONTROLLER, this.#ports);
    this.#drivers.set(stream, driver);
    return driver;
  }
}

function isSilent({ done, refused, error }: StreamTick, run: Run | undefined): boolean {
  return run === undefined && done.length === 0 && refused === undefined && error === undefined;
}
