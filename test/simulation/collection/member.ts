/** One process of a schedule: what it does with releases and rollouts, by the use cases that everybody has. */
import {
  type CommandOptions,
  type Controller,
  makeController,
  makeReports,
  makeRollouts,
  preparePackage,
  type Reports,
  type Rollouts,
  type RolloutView,
  storeDerived,
  storePackage,
} from "@tau-edge/control";
import { type Digest, encodeUtf8 } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import { DEFAULT_PROFILE, FIXED_UNIX_MS } from "@tau-edge/manifest";
import type { Environment, Plan, ReleaseRef } from "@tau-edge/rollout";
import { moduleNumber, OBSERVATIONS, REPORTERS } from "./plans.ts";
import type { MemberPorts } from "./shared-disk.ts";

export const PERSON: Actor = { kind: "local", id: "somebody" };

export class Member {
  readonly ports: MemberPorts;
  readonly rollouts: Rollouts;
  readonly #controller: Controller;
  readonly #reports: Reports;

  constructor(ports: MemberPorts) {
    this.ports = ports;
    this.rollouts = makeRollouts(ports, PERSON);
    this.#controller = makeController(ports);
    this.#reports = makeReports(ports);
  }

  /** @returns the digest of the manifest */
  async package(blueprint_id: string, nth: number, options: CommandOptions = {}): Promise<Digest> {
    const request = {
      bytes: moduleNumber(nth),
      file: `${blueprint_id}.wasm`,
      blueprint_id,
      profile: DEFAULT_PROFILE,
      generated_unix_ms: FIXED_UNIX_MS,
    };
    const prepared = await preparePackage(request, this.ports);
    if (prepared.outcome === "refused") throw new Error("an empty module can be packaged");
    await storePackage(prepared, PERSON, this.ports, options);
    return prepared.facts.manifest;
  }

  /** @param derives with code that was derived from it, as if jco had been there */
  async release(manifest_digest: Digest, version: string, derives: boolean): Promise<ReleaseRef | undefined> {
    const derived_hash = derives ? await this.#derive(manifest_digest) : undefined;
    const derived = derived_hash === undefined ? {} : { derived_hash };
    const created = await this.rollouts.createRelease({ manifest_digest, version, ...derived });
    if (created.outcome === "refused") return undefined;
    const { release, artifact } = created.release;
    return { release, artifact, manifest: manifest_digest };
  }

  async #derive(manifest_digest: Digest): Promise<Digest | undefined> {
    const files = new Map([
      ["code.core.wasm", moduleNumber(0)],
      ["code.js", encodeUtf8(`export const of = "${manifest_digest}";`)],
    ]);
    const description = { transpiler: "jco", version: "1.0.0", options: [], entry: "code.js" };
    const stored = await storeDerived({ manifest_digest, description, files }, this.ports);
    return stored.outcome === "refused" ? undefined : stored.derived_hash;
  }

  /**
   * Validates first what comes after a rollback.
   * @returns the id, or undefined when it was refused
   */
  async start(plan: Plan, environment: Environment, options: CommandOptions = {}): Promise<string | undefined> {
    const { blueprint, manifest } = plan;
    for (const validates of [false, true]) {
      const wanted = { environment, blueprint, manifest, validation: "profile:wasi_preview2_v1" };
      if (validates) await this.rollouts.revalidate(wanted, options);
      const started = await this.rollouts.start({ plan, environment, accept_noise: true }, options);
      if (started.outcome === "done") return started.rollout.rollout_id;
      if (started.code !== "revalidation_required") return undefined;
    }
    return undefined;
  }

  /** Everything that is due, then observations of all that is open. */
  async drive(failed = 0): Promise<void> {
    await this.tick();
    for (const { rollout_id, status } of (await this.rollouts.list()).rollouts)
      if (status === "open") await this.#observe(rollout_id, failed);
  }

  async tick(): Promise<void> {
    for (const { error } of await this.#controller.tick(this.ports.clock.nowUnixMs()))
      if (error !== undefined) throw error;
  }

  async #observe(rollout_id: string, failed: number): Promise<void> {
    const view = await this.rollouts.get(rollout_id);
    if (view?.window === undefined) return;
    const { release, baseline, weight_bp } = view;
    await this.#report(view, release, failed);
    if (baseline !== undefined && weight_bp < 10_000) await this.#report(view, baseline.release, 0);
  }

  async #report(view: RolloutView, release: Digest, failed: number): Promise<void> {
    for (let reporter = 0; reporter < REPORTERS; reporter++)
      await this.#reports.add(reportOf(view, release, `agent-${reporter}`, failed));
  }
}

function reportOf(view: RolloutView, release: Digest, reporter: string, failed: number) {
  const { rollout_id, attempt, stage } = view;
  const window = view.window?.number ?? 0;
  const ok_latency_us = Array.from({ length: OBSERVATIONS - failed }, () => 1_000);
  const batch = { reporter, batch_id: `${attempt}-${stage}-${window}`, ok_latency_us, failed, started: 0, ended: 0 };
  return { rollout_id, attempt, stage, window, release, lane: "main", batch };
}
