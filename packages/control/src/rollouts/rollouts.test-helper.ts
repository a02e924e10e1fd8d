/**
 * A state directory in memory, with the processes that open it: what is on the disk outlives them, and one of them can be
 * killed at any write.
 */

import { createHash } from "node:crypto";
import {
  Faults,
  ManualClock,
  MemoryChecks,
  MemoryCommitPointers,
  MemoryDeploymentFiles,
  MemoryLedgerStore,
  MemoryMetricWindows,
  MemoryObjectStore,
  MemorySpace,
} from "@tau-edge/adapter-memory";
import { type Digest, encodeUtf8, type Sha256, toHex } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import type { StoredRow } from "@tau-edge/ports";
import { type Environment, type Plan, readPlan } from "@tau-edge/rollout";
import { openCatalog } from "../catalog.ts";
import { moduleNumber, packageInto, request } from "../packaging.test-helper.ts";
import { makeReports, type ObservationReport } from "./add-report.ts";
import { makeController, type StreamTick } from "./controller.ts";
import { makeRollouts } from "./make-rollouts.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import { openRolloutStreams } from "./rollout-streams.ts";
import type { RolloutView } from "./rollout-view.ts";
import type { CommandResult, ReleaseView, Rollouts } from "./rollouts.ts";

export const MINUTE_MS = 60_000;
export const ALICE: Actor = { kind: "local", id: "alice" };
export const BOB: Actor = { kind: "local", id: "bob" };

const sha256: Sha256 = (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest());

type Arms = NonNullable<ConstructorParameters<typeof MemoryMetricWindows>[0]>["arms"];

export class Disk {
  readonly objects = new Map<Digest, Uint8Array>();
  readonly rows = new Map<string, StoredRow[]>();
  readonly pointers = new Map<string, Uint8Array>();
  /** The original's files. */
  readonly files = new Map<string, Uint8Array>();
  readonly arms: NonNullable<Arms> = new Map();
  readonly clock = new ManualClock();
  readonly checks = new MemoryChecks();
  readonly space = new MemorySpace();

  /** Another disk with the same on it. */
  copy(): Disk {
    const copy = new Disk();
    for (const [digest, bytes] of this.objects) copy.objects.set(digest, bytes);
    for (const [stream, rows] of this.rows) copy.rows.set(stream, [...rows]);
    for (const [key, bytes] of this.pointers) copy.pointers.set(key, bytes);
    for (const [id, arms] of structuredClone(this.arms)) copy.arms.set(id, arms);
    copy.clock.set(this.clock.nowUnixMs());
    return copy;
  }

  /** What is stored, as text: every record by its hash, every object and pointer by its name. */
  contents(): string {
    const rows = [...this.rows].map(([stream, stored]) => [stream, stored.map(({ hash }) => toHex(hash))]);
    return JSON.stringify([rows, [...this.objects.keys()].sort(), [...this.pointers.keys()].sort()]);
  }

  /** Types of the records of a stream, iterations by their action. */
  async trace(environment: Environment = "dev"): Promise<readonly string[]> {
    const ledger = new MemoryLedgerStore({ rows: this.rows });
    const records = await ledger.read(`default/${environment}/shop`, 0, 1_000);
    return records.map(({ record }) => String(record.body["action"] ?? record.type));
  }
}

/** One process. */
export class Process {
  readonly ports: RolloutPorts;
  readonly rollouts: Rollouts;
  readonly disk: Disk;
  readonly #controller;
  readonly #reports;

  constructor(disk: Disk, faults = new Faults(), more: Partial<RolloutPorts> = {}) {
    const { clock, checks, space } = disk;
    const ledger = new MemoryLedgerStore({ rows: disk.rows, objects: disk.objects, faults, sha256 });
    this.disk = disk;
    this.ports = {
      objects: new MemoryObjectStore({ objects: disk.objects, faults, sha256, clock }),
      ledger,
      pointers: new MemoryCommitPointers({ pointers: disk.pointers, faults }),
      windows: new MemoryMetricWindows({ arms: disk.arms, faults }),
      checks,
      space,
      clock,
      sha256,
      catalog: openCatalog(ledger),
      streams: openRolloutStreams(ledger),
      ...more,
    };
    this.rollouts = makeRollouts(this.ports, ALICE);
    this.#controller = makeController(this.ports);
    this.#reports = makeReports(this.ports);
  }

  as(actor: Actor): Rollouts {
    return makeRollouts(this.ports, actor);
  }

  async release(byte: number, version = `1.0.${byte}`): Promise<ReleaseView> {
    const files = new MemoryDeploymentFiles(this.disk);
    const packaged = await packageInto(
      { ...this.ports, files, default_output_dir: "out" },
      request(moduleNumber(byte), { blueprint_id: "shop" }),
    );
    if (packaged.manifest === undefined) throw new Error(JSON.stringify(packaged));
    const created = await this.rollouts.createRelease({ manifest_digest: packaged.manifest, version });
    if (created.outcome === "refused") throw new Error(created.detail);
    return created.release;
  }

  /** A tick that must not fail. */
  async tick(): Promise<readonly StreamTick[]> {
    const ticks = await this.#controller.tick(this.disk.clock.nowUnixMs());
    for (const { error } of ticks) if (error !== undefined) throw error;
    return ticks;
  }

  /** A minute passes in which both arms of the open window are observed. */
  async observe(rollout_id: string, failed = 0): Promise<void> {
    this.disk.clock.advance(MINUTE_MS);
    await this.reportAll(rollout_id, failed);
  }

  /** Observations of both arms, under the same ids however often they are sent. */
  async reportAll(rollout_id: string, failed = 0): Promise<void> {
    const view = await this.rollouts.get(rollout_id);
    if (view?.window === undefined) return;
    await this.report(view, view.release, failed);
    if (view.baseline !== undefined && view.weight_bp < 10_000) await this.report(view, view.baseline.release, 0);
  }

  async report({ rollout_id, attempt, stage, window }: RolloutView, release: Digest, failed: number): Promise<void> {
    for (let reporter = 0; reporter < REPORTERS; reporter++) {
      const batch = {
        reporter: `agent-${reporter}`,
        batch_id: `${attempt}-${stage}-${window?.number}`,
        ok_latency_us: Array.from({ length: OBSERVATIONS - failed }, () => 1_000),
        failed,
        started: 0,
        ended: 0,
      };
      const ref = { rollout_id, attempt, stage, window: window?.number ?? 0, release, lane: "main", batch };
      const result = await this.addReport(ref);
      if (result.outcome === "refused") throw new Error(result.code);
    }
  }

  addReport(report: ObservationReport) {
    return this.#reports.add(report);
  }

  /** Starts, and gives the id. */
  async start(plan: Plan, environment: Environment = "dev"): Promise<string> {
    return done(await this.rollouts.start({ plan, environment, accept_noise: true })).rollout_id;
  }

  /** Ticks and observes until the rollout has ended. */
  async finish(rollout_id: string, failed = 0): Promise<RolloutView> {
    for (let minute = 0; minute < 100; minute++) {
      await this.tick();
      const view = await this.rollouts.get(rollout_id);
      if (view === undefined || view.status !== "open") return shown(view);
      await this.observe(rollout_id, failed);
    }
    throw new Error("it does not end");
  }
}

const REPORTERS = 5;
const OBSERVATIONS = 9;

/** Windows of 40 observations, half of which may fail: small enough to fill, and nobody decides alone. */
export function planFor(release: ReleaseView, changes: object = {}, policy: object = {}): Plan {
  const stage = { min_samples: 40, min_dwell_ms: MINUTE_MS };
  const document = {
    schema_version: 1,
    blueprint: "shop",
    environments: ["dev"],
    release: release.release,
    manifest: release.manifest_digest,
    baseline: "committed",
    allow_unsigned: true,
    expected_per_hour: 1_000_000,
    ...changes,
    policy: {
      stages: [
        { ...stage, weight_bp: 5_000 },
        { ...stage, weight_bp: 10_000 },
      ],
      gates: [
        { id: "error_rate", metric: "error_rate", max_ppm: 500_000 },
        { id: "p95_latency_delta", metric: "p95_latency_delta", max_ppm: 100_000 },
        { id: "replay_determinism_failures", metric: "replay_determinism_failures", max: 0 },
      ],
      watch: { duration_ms: 2 * MINUTE_MS, judge_every_ms: MINUTE_MS, min_samples: 40 },
      max_window_ms: 30 * MINUTE_MS,
      max_silence_ms: 10 * MINUTE_MS,
      max_hold_ms: 180 * MINUTE_MS,
      abandon_after_ms: 30_000,
      reporter_observations_max: 9,
      ...policy,
    },
  };
  return readPlan(encodeUtf8(JSON.stringify(document)));
}

/** What a command did; a refusal is an error of the test. */
export function done(result: CommandResult): RolloutView {
  if (result.outcome === "done") return result.rollout;
  throw new Error(`${result.code}: ${result.detail}`);
}

export function shown(view: RolloutView | undefined): RolloutView {
  if (view === undefined) throw new Error("there is no such rollout");
  return view;
}

/** A disk on which release 1 is committed in dev. */
export async function diskWithStable(): Promise<{ disk: Disk; stable: ReleaseView }> {
  const disk = new Disk();
  const process = new Process(disk);
  const stable = await process.release(1);
  const id = await process.start(planFor(stable, { baseline: "none" }));
  const view = await process.finish(id);
  if (view.status !== "success") throw new Error(view.status);
  return { disk, stable };
}
