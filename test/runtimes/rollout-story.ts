/**
 * Two releases of one blueprint, told to real stores by the real use cases: the first one is committed, the second one
 * is exposed to half of the keys and goes on being. Gateways of every runtime are asked about it.
 */
import { type ManualClock, MemoryChecks, MemorySpace } from "@tau-edge/adapter-memory";
import {
  draftPackaged,
  type ObservationReport,
  packagingStream,
  preparePackage,
  type RolloutPorts,
  type StoreDerived,
  storeDerived,
} from "@tau-edge/control";
import type { Sha256 } from "@tau-edge/encoding";
import { openRollouts } from "@tau-edge/gateway";
import { DEFAULT_PROFILE, FIXED_UNIX_MS } from "@tau-edge/manifest";
import { CheckFailed, check, checkEqual } from "@tau-edge/ports/suites";
import { type Plan, type ReleaseRef, readPlan } from "@tau-edge/rollout";

export const STORY_BLUEPRINT = "shop";
export const STORY_ENVIRONMENT = "dev";

type Stores = Pick<RolloutPorts, "objects" | "ledger" | "pointers" | "windows" | "sha256" | "clock">;
export type StoryStores = Stores & { readonly clock: ManualClock };

export interface Story {
  /** Everybody gets it who gets nothing else. */
  readonly stable: ReleaseRef;
  /** Half of the keys get it. */
  readonly candidate: ReleaseRef;
  /** The open rollout. */
  readonly rollout_id: string;
  /** The rollout that committed the stable release. */
  readonly committed_rollout_id: string;
  readonly plan: Plan;
}

export type StoryAccess = ReturnType<typeof openRollouts>;

/** The use cases over the stores of a story. */
export function openStory(stores: Stores): StoryAccess {
  return openRollouts({ ...stores, checks: new MemoryChecks(), space: new MemorySpace() });
}

/** What one of the two releases is of. */
export interface StoryArtifact {
  readonly bytes: Uint8Array;
  readonly derived?: Pick<StoreDerived, "description" | "files">;
}

/** @param artifactOf for whoever wants to run what was released: `old` and `new` */
export async function tellStory(stores: StoryStores, artifactOf = moduleNamed): Promise<Story> {
  const access = openStory(stores);
  const stable = await makeRelease(access, stores, artifactOf("old"));
  const first = await start(access, planOf(stable, "none", [10_000]));
  await runToItsEnd(access, stores.clock, first.rollout_id, stable);
  const candidate = await makeRelease(access, stores, artifactOf("new"));
  const plan = planOf(candidate, "committed", [5_000, 10_000]);
  const { rollout_id } = await start(access, plan);
  await access.controller.tick(stores.clock.nowUnixMs());
  const view = await access.reading.get(rollout_id);
  checkEqual([view?.status, view?.weight_bp], ["open", 5_000], "the second release is exposed to half of the keys");
  return { stable, candidate, rollout_id, committed_rollout_id: first.rollout_id, plan };
}

function planOf({ release, manifest }: ReleaseRef, baseline: string, weights: readonly number[]): Plan {
  const document = {
    schema_version: 1,
    blueprint: STORY_BLUEPRINT,
    environments: [STORY_ENVIRONMENT],
    release,
    manifest,
    baseline,
    allow_unsigned: true,
    expected_per_hour: 1_000_000,
    policy: {
      stages: weights.map((weight_bp) => ({ weight_bp, min_samples: 10, min_dwell_ms: 1_000 })),
      gates: [{ id: "error_rate", metric: "error_rate", max_ppm: 500_000 }],
      watch: { duration_ms: 1_000, judge_every_ms: 1_000, min_samples: 10 },
      abandon_after_ms: 500,
      reporter_observations_max: 2,
    },
  };
  return readPlan(new TextEncoder().encode(JSON.stringify(document)));
}

async function start({ as }: StoryAccess, plan: Plan): Promise<{ readonly rollout_id: string }> {
  const operator = as?.({ kind: "token", id: "olga" });
  const started = await operator?.start({ plan, environment: STORY_ENVIRONMENT, accept_noise: true });
  check(started?.outcome === "done", `it starts: ${JSON.stringify(started)}`);
  return started.rollout;
}

async function runToItsEnd(access: StoryAccess, clock: ManualClock, rollout_id: string, { release }: ReleaseRef) {
  for (let nth = 0; nth < 20; nth++) {
    await access.controller.tick(clock.nowUnixMs());
    const view = await access.reading.get(rollout_id);
    check(view !== undefined, "the rollout is there");
    if (view.status === "success") return;
    if (view.window !== undefined) {
      const { attempt, stage } = view;
      for (let agent = 0; agent < 10; agent++) {
        const batch = {
          reporter: `agent-${agent}`,
          batch_id: `b-${nth}`,
          ok_latency_us: [1_000],
          failed: 0,
          started: 0,
          ended: 0,
        };
        const report: ObservationReport = {
          rollout_id,
          attempt,
          stage,
          window: view.window.number,
          release,
          lane: "main",
          batch,
        };
        checkEqual(await access.report?.(report), { outcome: "added" }, "a batch is added");
      }
    }
    clock.advance(1_000);
  }
  throw new CheckFailed(`it does not end: ${JSON.stringify(await access.reading.get(rollout_id))}`);
}

/** An empty module with a custom section that tells it from others. */
function moduleNamed(name: string): StoryArtifact {
  const text = [...new TextEncoder().encode(name)];
  const section = [0, text.length + 2, 1, 0x6e, ...text];
  return { bytes: new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...section]) };
}

async function makeRelease(
  access: StoryAccess,
  stores: StoryStores,
  { bytes, derived }: StoryArtifact,
): Promise<ReleaseRef> {
  const manifest_digest = await packageModule(stores, stores.sha256, bytes);
  const more = derived === undefined ? {} : await derivedOf(access, stores, { manifest_digest, ...derived });
  const created = await access.as?.({ kind: "token", id: "olga" }).createRelease({ manifest_digest, ...more });
  check(created?.outcome === "created", `a release is created: ${JSON.stringify(created)}`);
  const { release, artifact } = created.release;
  return { release, manifest: manifest_digest, artifact };
}

async function derivedOf({ catalog }: StoryAccess, { objects, sha256 }: StoryStores, request: StoreDerived) {
  const stored = await storeDerived(request, { objects, catalog, sha256 });
  check(stored.outcome === "stored", `derived code is stored: ${JSON.stringify(stored)}`);
  return { derived_hash: stored.derived_hash };
}

async function packageModule({ objects, ledger, clock }: StoryStores, sha256: Sha256, bytes: Uint8Array) {
  const request = {
    bytes,
    file: `${STORY_BLUEPRINT}.wasm`,
    blueprint_id: STORY_BLUEPRINT,
    profile: DEFAULT_PROFILE,
    generated_unix_ms: FIXED_UNIX_MS,
  };
  const prepared = await preparePackage(request, { sha256 });
  check(prepared.outcome === "prepared", "an empty module can be packaged");
  const { facts, artifact_bytes, manifest_bytes } = prepared;
  await objects.putIfAbsent(facts.artifact, artifact_bytes);
  await objects.putIfAbsent(facts.manifest, manifest_bytes);
  const stream = packagingStream(STORY_BLUEPRINT);
  await ledger.append({
    stream,
    expected_seq: (await ledger.head(stream)).seq,
    drafts: [draftPackaged(facts, { kind: "local", id: "tester" })],
    objects: [facts.artifact, facts.manifest],
    now_unix_ms: clock.nowUnixMs(),
  });
  return facts.manifest;
}
