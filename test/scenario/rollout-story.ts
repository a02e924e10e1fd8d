/**
 * What a crashing process tells and what its checker expects: three releases of one blueprint. The first is committed
 * with nothing to compare it with, the second beside it, the third is rolled back by a gate. Every time is that of the
 * last record or of the open window, so that whoever goes on after a crash decides the same at the same time.
 */
import type { ManualClock } from "@tau-edge/adapter-memory";
import type { OpenState } from "@tau-edge/adapter-node";
import {
  makeController,
  makeReports,
  makeRollouts,
  type ObservationReport,
  openCatalog,
  openRolloutStreams,
  preparePackage,
  type ReleaseView,
  type RolloutPorts,
  type RolloutView,
  storePackage,
} from "@tau-edge/control";
import type { Digest } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import { DEFAULT_PROFILE, FIXED_UNIX_MS } from "@tau-edge/manifest";
import type { DeploymentFiles } from "@tau-edge/ports";
import { type Plan, readPlan } from "@tau-edge/rollout";

export const BLUEPRINT = "shop";
export const STREAM = `default/dev/${BLUEPRINT}`;
export const RELEASES = [1, 2, 3] as const;
export type Nth = (typeof RELEASES)[number];

const ACTOR: Actor = { kind: "local", id: "tester" };
const MINUTE_MS = 60_000;
const REPORTERS = 5;
const OBSERVATIONS = 4;
export const WINDOW_OBSERVATIONS = REPORTERS * OBSERVATIONS;
/** The third release fails from its second stage on; certain only with the last batch, however often they are sent. */
const FAILED = 3;

/** What the story runs on; a test may put a fault between it and the stores. */
export interface Stores extends Pick<RolloutPorts, "objects" | "ledger" | "pointers" | "windows"> {}

/** What of a state directory is not a store of rollouts. */
export interface Place extends Pick<OpenState, "default_output_dir" | "checks" | "sha256"> {
  readonly files: Pick<DeploymentFiles, "check" | "link" | "refresh">;
}

export interface Teller {
  readonly ports: RolloutPorts;
  readonly clock: ManualClock;
  readonly state: Place;
}

/** @param state opened with this clock */
export function makeTeller(state: Place, clock: ManualClock, stores: Stores): Teller {
  const { objects, ledger, pointers, windows } = stores;
  const { checks, sha256 } = state;
  // The real one would put another number into every preflight report.
  const space = { freeBytes: async () => 1e9 };
  const catalog = openCatalog(ledger);
  const streams = openRolloutStreams(ledger);
  const ports = { objects, ledger, pointers, windows, checks, space, clock, sha256, catalog, streams };
  return { ports, clock, state };
}

/** From wherever it stands to its end. */
export async function tell(
  teller: Teller,
  ended: (view: RolloutView) => void,
  releases: readonly Nth[] = RELEASES,
): Promise<void> {
  await resume(teller);
  for (const nth of releases) {
    const rollout_id = await begin(teller, nth);
    ended(await finish(teller, rollout_id, nth));
  }
}

/** The time of a process that begins is that of the last record. */
async function resume({ ports, clock }: Teller): Promise<void> {
  const { state } = await ports.streams.stream({ tenant: "default", environment: "dev", blueprint: BLUEPRINT });
  if (state.next_seq > 0) clock.set(state.at_unix_ms);
}

async function begin(teller: Teller, nth: Nth): Promise<string> {
  const rollouts = makeRollouts(teller.ports, ACTOR);
  const { release, manifest_digest } = await releaseNumber(teller, nth);
  const begun = (await rollouts.list()).rollouts.find((one) => one.release === release);
  if (begun !== undefined) return begun.rollout_id;
  const plan = planOf(release, manifest_digest, nth === 1 ? "none" : "committed");
  const started = await rollouts.start({ plan, environment: "dev", accept_noise: true });
  if (started.outcome === "refused") throw new Error(started.detail);
  return started.rollout.rollout_id;
}

/** What was created before is not packaged again: that would be another deliverable. */
async function releaseNumber(teller: Teller, nth: Nth): Promise<ReleaseView> {
  const rollouts = makeRollouts(teller.ports, ACTOR);
  const version = `1.0.${nth}`;
  const known = (await rollouts.releases(BLUEPRINT)).find((release) => release.version === version);
  if (known !== undefined) return known;
  const created = await rollouts.createRelease({ manifest_digest: await packageModule(teller, nth), version });
  if (created.outcome === "refused") throw new Error(created.detail);
  return created.release;
}

async function finish(teller: Teller, rollout_id: string, nth: Nth): Promise<RolloutView> {
  const { ports, clock } = teller;
  const rollouts = makeRollouts(ports, ACTOR);
  for (let windows = 0; windows < 20; windows++) {
    await work(teller);
    const view = await rollouts.get(rollout_id);
    if (view === undefined) throw new Error("the rollout is not there");
    if (view.status !== "open") return view;
    if (view.window === undefined) throw new Error(`it waits: ${JSON.stringify(view.next)}`);
    const reports = makeReports(ports);
    for (const report of reportsOf(view, view.window.number, nth)) {
      const result = await reports.add(report);
      if (result.outcome === "refused") throw new Error(result.detail);
    }
    await work(teller);
    const after = await rollouts.get(rollout_id);
    if (after?.window?.number === view.window.number && after.stage === view.stage)
      clock.set(view.window.opened_unix_ms + MINUTE_MS);
  }
  throw new Error("it does not end");
}

/** Everything that is due now. */
async function work({ ports, clock }: Teller): Promise<void> {
  const controller = makeController(ports);
  for (let done = true; done; ) {
    const ticks = await controller.tick(clock.nowUnixMs());
    for (const { error, refused } of ticks) {
      if (error !== undefined) throw error;
      if (refused !== undefined) throw new Error(`${refused.step}: ${refused.detail}`);
    }
    done = ticks.some((tick) => tick.done.length > 0);
  }
}

/** All batches of a window, the candidate's last; each has a latency of its own. */
export function reportsOf(
  view: Pick<RolloutView, "rollout_id" | "attempt" | "stage" | "release" | "baseline">,
  window: number,
  nth: Nth,
): readonly ObservationReport[] {
  const { rollout_id, attempt, stage, baseline } = view;
  const arms = baseline !== undefined && stage === 0 ? [baseline.release, view.release] : [view.release];
  const ref = { rollout_id, attempt, stage, window, lane: "main" };
  return arms.flatMap((release) =>
    Array.from({ length: REPORTERS }, (_, reporter) => {
      const failed = nth === 3 && stage > 0 ? FAILED : 0;
      const ok_latency_us = new Array(OBSERVATIONS - failed).fill(1_000 * 2 ** reporter);
      const counts = { ok_latency_us, failed, started: 0, ended: 0 };
      return { ...ref, release, batch: { reporter: `agent-${reporter}`, batch_id: "b", ...counts } };
    }),
  );
}

function planOf(release: Digest, manifest: Digest, baseline: "none" | "committed"): Plan {
  const stage = { min_samples: WINDOW_OBSERVATIONS, min_dwell_ms: MINUTE_MS };
  const document = {
    schema_version: 1,
    blueprint: BLUEPRINT,
    environments: ["dev"],
    release,
    manifest,
    baseline,
    allow_unsigned: true,
    expected_per_hour: 1_000_000,
    policy: {
      stages: [
        { ...stage, weight_bp: 5_000 },
        { ...stage, weight_bp: 10_000 },
      ],
      gates: [
        { id: "error_rate", metric: "error_rate", max_ppm: 700_000 },
        { id: "p95_latency_delta", metric: "p95_latency_delta", max_ppm: 100_000 },
        { id: "replay_determinism_failures", metric: "replay_determinism_failures", max: 0 },
      ],
      watch: { duration_ms: 2 * MINUTE_MS, judge_every_ms: MINUTE_MS, min_samples: WINDOW_OBSERVATIONS },
      abandon_after_ms: 30_000,
      reporter_observations_max: OBSERVATIONS,
    },
  };
  return readPlan(new TextEncoder().encode(JSON.stringify(document)));
}

/** An empty module with a custom section that tells it from others. */
function moduleNumber(nth: Nth): Uint8Array {
  return Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0, 3, 1, 0x6e, nth);
}

async function packageModule({ ports, state }: Teller, nth: Nth): Promise<Digest> {
  const request = {
    bytes: moduleNumber(nth),
    file: `${BLUEPRINT}.wasm`,
    blueprint_id: BLUEPRINT,
    profile: DEFAULT_PROFILE,
    generated_unix_ms: FIXED_UNIX_MS,
  };
  const prepared = await preparePackage(request, ports);
  if (prepared.outcome === "refused") throw new Error("an empty module can be packaged");
  const { files, default_output_dir } = state;
  await storePackage(prepared, ACTOR, { ...ports, files, default_output_dir });
  return prepared.facts.manifest;
}
