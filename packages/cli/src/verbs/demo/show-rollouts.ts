/** Rollouts of what was packaged: a first release, the next one, and one that is stopped. */
import { ManualClock } from "@tau-edge/adapter-memory";
import type { ObservationReport, PackageReport, RolloutView } from "@tau-edge/control";
import { serve } from "@tau-edge/edge-node";
import type { Digest } from "@tau-edge/encoding";
import { inspect } from "@tau-edge/wasm";
import { type CliIo, usesColour } from "../../io.ts";
import { readFileOnce } from "../../operands.ts";
import { painter, plural } from "../../render/text.ts";
import { duration } from "../../render/time.ts";
import { BAD, type Behaviour, GOOD, SEED } from "./behaviour.ts";
import { type Conductor, conduct, timeToStop } from "./conduct.ts";
import { demoPlan, ENVIRONMENT, LIMITS_IN_WORDS } from "./demo-plan.ts";
import { type DemoState, openDemoState } from "./demo-state.ts";
import { EdgeClient } from "./edge-client.ts";
import { AGENTS, Fleet, USERS_PER_AGENT } from "./fleet.ts";

export interface Packaged {
  readonly file: string;
  readonly report: PackageReport;
}

export interface Show {
  readonly stateDir: string;
  readonly first: Packaged;
  /** Without it, nothing follows the first release. */
  readonly next?: Packaged;
  readonly signal: AbortSignal;
  title(text: string): void;
}

export async function showRollouts(show: Show, io: CliIo): Promise<void> {
  const clock = new ManualClock(Date.now());
  const state = await openDemoState(show.stateDir, clock);
  try {
    const gateway = await serve({ stateDir: show.stateDir, host: "127.0.0.1", port: 0, readOnly: true });
    const edge = new EdgeClient(gateway.url);
    try {
      await new RolloutShow(show, { state, clock, edge }, io).run();
    } finally {
      edge.close();
      await gateway.stop();
    }
  } finally {
    await state.close();
  }
}

interface Stage {
  readonly state: DemoState;
  readonly clock: ManualClock;
  readonly edge: EdgeClient;
}

class RolloutShow {
  readonly #show: Show;
  readonly #state: DemoState;
  readonly #fleet: Fleet;
  readonly #conductor: Conductor;
  readonly #io: CliIo;
  readonly #behaviours = new Map<Digest, Behaviour>();
  readonly #rollouts: string[] = [];

  constructor(show: Show, { state, clock, edge }: Stage, io: CliIo) {
    this.#show = show;
    this.#state = state;
    this.#io = io;
    const place = `${ENVIRONMENT}/${show.first.report.blueprint_id}`;
    const report = (observed: ObservationReport) => addReport(observed, state);
    this.#fleet = new Fleet({ edge, clock, place, behaviours: this.#behaviours, report });
    const print = (text: string) => io.stdout(text);
    this.#conductor = { state, clock, signal: show.signal, paint: painter(usesColour(io)), print };
  }

  async run(): Promise<void> {
    const { first, next, title } = this.#show;
    title("Roll it out: 1.0.0 is the first release, so there is nothing to compare it with");
    this.#io.stdout(
      `  real       binaries, files, ledger, hashes, resolving and downloads over HTTP, every decision
  simulated  the clock, and what ${AGENTS} agents of ${USERS_PER_AGENT} users each observe: failures and latencies
             drawn from seed ${SEED} (Philox); no artifact is run
  to pass    ${LIMITS_IN_WORDS}\n\n`,
    );
    await this.#rollOut("1.0.0", first, GOOD);
    if (next === undefined)
      this.#io.stdout("\n  What follows needs a second binary: `tau-edge demo` without a file shows it.\n");
    else {
      title("2.0.0 is another binary, from C: compared with 1.0.0 at each stage");
      await this.#rollOut("2.0.0", next, GOOD, first);
      title(`3.0.0 is the first binary again, and ${BAD.failures_ppm / 10_000} % of its calls fail: a gate stops it`);
      await this.#showStop(await this.#rollOut("3.0.0", first, BAD, next));
    }
    title("Replay: compute every record and verdict again, and compare byte for byte");
    await this.#replay();
  }

  async #rollOut(version: string, target: Packaged, behaviour: Behaviour, baseline?: Packaged): Promise<RolloutView> {
    const { manifest, blueprint_id: blueprint } = target.report;
    if (manifest === undefined) throw new RangeError(`${target.file} was not packaged`);
    const created = await this.#state.rollouts.createRelease({ manifest_digest: manifest, version });
    if (created.outcome === "refused") throw new Error(`${created.code}: ${created.detail}`);
    const { release } = created.release;
    this.#behaviours.set(release, behaviour);
    const accept_capabilities = baseline === undefined ? [] : this.#gained(baseline, target);
    if (accept_capabilities.length > 0)
      this.#io.stdout(`  the plan accepts what it can do beyond its baseline: ${accept_capabilities.join(", ")}\n\n`);
    const compared = baseline === undefined ? "none" : "committed";
    const plan = demoPlan({ blueprint, target: { release, manifest }, baseline: compared, accept_capabilities });
    const view = await conduct(plan, this.#fleet, this.#conductor);
    this.#rollouts.push(view.rollout_id);
    this.#io.stdout(`  ${this.#endWords(version, view)}\n`);
    return view;
  }

  #gained(before: Packaged, after: Packaged): readonly string[] {
    const [known, all] = [before, after].map(
      ({ file }) => inspect(readFileOnce(this.#io, file), { features: false }).capabilities,
    );
    return all?.filter((capability) => known?.includes(capability) !== true) ?? [];
  }

  #endWords(version: string, { status, outcome, committed, started_unix_ms, rollback }: RolloutView): string {
    const { paint } = this.#conductor;
    const after = duration((outcome?.at_unix_ms ?? started_unix_ms) - started_unix_ms);
    if (committed !== undefined) return `${paint("green", "COMMITTED")}  ${version}, after ${after}`;
    const to = rollback?.to === undefined ? "nobody is served" : "everybody back on what was committed before";
    return `${paint("red", status.replace("_", " ").toUpperCase())}  ${version}, after ${after}: ${to}`;
  }

  async #showStop(view: RolloutView): Promise<void> {
    const { users, stopped_after_ms, bound_ms } = await timeToStop(view, this.#fleet, this.#conductor);
    const [stopped, bound] = [stopped_after_ms, bound_ms].map((ms) => `${ms / 1_000} s`);
    this.#io.stdout(
      `  time to stop: ${stopped} on the simulated clock, from the rollback record until no agent gives it to any of the
  ${plural(users, "user")} who still had it; bound ${bound}: agents keep an answer for max_age, and a gateway looks every 100 ms\n`,
    );
  }

  async #replay(): Promise<void> {
    const { paint } = this.#conductor;
    for (const rollout_id of this.#rollouts) {
      const report = await this.#state.rollouts.replay(rollout_id);
      if (report?.result !== "same") throw new Error(`${rollout_id} does not replay: ${report?.result}`);
      const counts = `${plural(report.records, "record")}, ${plural(report.verdicts, "verdict")}`;
      this.#io.stdout(`  ${rollout_id}  ${paint("green", "same")}: ${counts}\n`);
    }
  }
}

async function addReport(observed: ObservationReport, { reports }: DemoState): Promise<void> {
  const result = await reports.add(observed);
  if (result.outcome === "refused") throw new Error(`${result.code}: ${result.detail}`);
}
