/**
 * Gathers all metrics, for one who asks at a time: whoever comes meanwhile, or a moment later, gets the same. Requests are
 * answered in between, and a store that cannot be asked leaves its figures out and says so.
 */
import { type LastPlan, lastPlan, type RolloutFigures } from "@tau-edge/control";
import { SYSTEM_STREAM } from "@tau-edge/ledger";
import { type Clock, type LedgerReader, type MonotonicClock, PortError } from "@tau-edge/ports";
import { LIMITS } from "../limits.ts";
import { GATEWAY_VERSION } from "../version.ts";
import { nextTurn } from "../waiting/next-turn.ts";
import { Turn } from "../waiting/turn.ts";
import { Exposition, type MetricsFormat } from "./exposition.ts";
import { makeRequestTimes, type RequestTimes } from "./request-times.ts";
import { writeBlueprint, writeEnded } from "./rollout-samples.ts";
import { KnownSizes, type StoreSizes } from "./sizes.ts";

export interface MetricsPorts {
  readonly ledger: LedgerReader;
  readonly figures: RolloutFigures;
  readonly clock: Clock;
  readonly monotonic?: MonotonicClock | undefined;
  readonly sizes?: (() => Promise<StoreSizes>) | undefined;
  readonly startedUnixMs: () => number;
  readonly watchers: () => number;
  onFault(error: unknown, code: string): void;
}

export interface Metrics {
  readonly times: RequestTimes;
  /** @returns undefined while somebody gathers them for the first time */
  text(format: MetricsFormat): Promise<string | undefined>;
}

export function makeMetrics(ports: MetricsPorts): Metrics {
  return new GatheredMetrics(ports);
}

class GatheredMetrics implements Metrics {
  readonly times: RequestTimes;
  readonly #ports: MetricsPorts;
  readonly #sizes: KnownSizes;
  readonly #turn = new Turn();
  #gathered: { readonly exposition: Exposition; readonly at_unix_ms: number } | undefined;
  #plan: { readonly seq: number; readonly plan: LastPlan | undefined } | undefined;

  constructor(ports: MetricsPorts) {
    this.#ports = ports;
    this.times = makeRequestTimes(ports.monotonic);
    this.#sizes = new KnownSizes(ports.sizes, (error) => ports.onFault(error, "sizes_unknown"));
  }

  async text(format: MetricsFormat): Promise<string | undefined> {
    const now = this.#ports.clock.nowUnixMs();
    const age_ms = now - (this.#gathered?.at_unix_ms ?? Number.NEGATIVE_INFINITY);
    const turn =
      age_ms >= 0 && age_ms < LIMITS.metrics_age_ms_max ? undefined : this.#turn.take(now, LIMITS.metrics_turn_ms_max);
    if (turn === undefined) return this.#gathered?.exposition.write(format);
    try {
      const exposition = await this.#gather(now);
      // Whoever took longer than a turn may come after the next one: counters would go down.
      if (this.#turn.isHeldBy(turn)) this.#gathered = { exposition, at_unix_ms: now };
      return exposition.write(format);
    } finally {
      this.#turn.giveBack(turn);
    }
  }

  async #gather(now: number): Promise<Exposition> {
    const exposition = new Exposition();
    const { startedUnixMs, watchers } = this.#ports;
    exposition.add("build", { version: GATEWAY_VERSION }, 1);
    exposition.add("start_time_seconds", {}, startedUnixMs() / 1_000);
    exposition.add("event_watchers", {}, watchers());
    this.#sizes.write(exposition, now);
    await this.#try("ledger", exposition, () => this.#ledger(exposition));
    await this.#try("rollouts", exposition, () => this.#rollouts(exposition, now));
    // Last, so that what was waited for here shows.
    this.times.write(exposition);
    return exposition;
  }

  async #try(source: string, exposition: Exposition, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      this.#ports.onFault(error, error.code);
      exposition.add("metrics_failed", { source }, 1);
    }
  }

  async #ledger(exposition: Exposition): Promise<void> {
    const ends = await this.#ports.ledger.ends();
    exposition.add("ledger_streams", {}, ends.length);
    exposition.add(
      "ledger_records",
      {},
      ends.reduce((sum, { seq }) => sum + seq + 1, 0),
    );
    const seq = ends.find(({ stream }) => stream === SYSTEM_STREAM)?.seq;
    const plan = seq === undefined ? undefined : await this.#lastPlan(seq);
    if (plan === undefined) return;
    exposition.add("collection_planned_timestamp_seconds", {}, plan.at_unix_ms / 1_000);
    for (const [found, { objects, size_bytes }] of [
      ["kept", plan.kept],
      ["condemned", plan.condemned],
      ["orphan", plan.orphans],
    ] as const) {
      exposition.add("collection_objects", { found }, objects);
      exposition.add("collection_size_bytes", { found }, size_bytes);
    }
  }

  async #lastPlan(seq: number): Promise<LastPlan | undefined> {
    if (this.#plan?.seq !== seq) this.#plan = { seq, plan: await lastPlan(this.#ports.ledger, seq) };
    return this.#plan.plan;
  }

  async #rollouts(exposition: Exposition, now: number): Promise<void> {
    const { figures, clock } = this.#ports;
    const { ended, streams, unreadable } = await figures.overview();
    writeEnded(exposition, ended);
    exposition.add("ledger_unreadable_streams", {}, unreadable);
    let written = 0;
    for (const known of streams.slice(0, LIMITS.metrics_blueprints_max)) {
      if (Math.abs(clock.nowUnixMs() - now) > LIMITS.metrics_gather_ms_max) break;
      writeBlueprint(exposition, await figures.of(known, now), now);
      written += 1;
      if (written % LIMITS.metrics_pause_blueprints === 0) await nextTurn();
    }
    exposition.add("metrics_dropped", {}, streams.length - written);
  }
}
