/** A directory in which a release is ready to go, and a plan for it that nothing stands against. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openState } from "@tau-edge/adapter-node";
import { makeReports, openRolloutStreams, type ReleaseView, type RolloutView } from "@tau-edge/control";
import { type CliRun, fixture, makeWorkplace, type Workplace } from "../../cli.test-helper.ts";

export const PLAN_FILE = "shop.plan.json";
/** The file's name as a pattern: `package` and `release create` each append to the stream before the rollout. */
export const ROLLOUT_ID = /^default~dev~shop~\d+$/;

export interface Shop extends Workplace {
  readonly release: ReleaseView;
  /** Writes the plan again, with these fields of the document over it. */
  plan(changes: object): void;
  /** Starts it in dev, and gives its id. */
  start(...argv: readonly string[]): Promise<string>;
  status(id: string): Promise<RolloutView>;
  /** Fills the open window of the release: so many ends, so many of them failures. */
  observe(id: string, total: number, failed: number): Promise<void>;
}

/** Ends in two windows of ten observations, and is not what anybody should use. */
export const QUICK_POLICY = {
  stages: [
    { weight_bp: 5_000, min_samples: 10, min_dwell_ms: 2 },
    { weight_bp: 10_000, min_samples: 10, min_dwell_ms: 2 },
  ],
  gates: [{ id: "error_rate", metric: "error_rate", max_ppm: 300_000 }],
  watch: { duration_ms: 0, judge_every_ms: 2, min_samples: 10 },
  abandon_after_ms: 1,
  reporter_observations_max: 1,
};

export async function openShop(): Promise<Shop> {
  const at = makeWorkplace();
  const report = await documentOf<{ manifest: string }>(
    at.run("package", fixture("c-component"), "--blueprint", "shop", "--no-deep", "--json"),
  );
  const { release } = await documentOf<{ release: ReleaseView }>(
    at.run("release", "create", report.manifest, "--version", "1.0.0", "--json"),
  );
  const document = {
    schema_version: 1,
    blueprint: "shop",
    environments: ["dev"],
    release: release.release,
    manifest: report.manifest,
    baseline: "none",
    allow_unsigned: true,
    expected_per_hour: 60_000,
    accept_capabilities: [] as string[],
  };
  const plan = (changes: object) => writeFileSync(join(at.dir, PLAN_FILE), JSON.stringify({ ...document, ...changes }));
  plan({});
  return {
    ...at,
    release,
    plan,
    async start(...argv) {
      const started = at.run("rollout", "start", PLAN_FILE, "--environment", "dev", "--json", ...argv);
      const { rollout } = await documentOf<{ rollout: RolloutView }>(started);
      return rollout.rollout_id;
    },
    status: (id) => documentOf<RolloutView>(at.run("rollout", "status", id, "--json")),
    async observe(id, total, failed) {
      const view = await documentOf<RolloutView>(at.run("rollout", "status", id, "--json"));
      const state = await openState(join(at.dir, ".tau/deployment"));
      const reports = makeReports({ ...state, streams: openRolloutStreams(state.ledger) });
      for (let nth = 0; nth < total; nth += 1) {
        const fails = nth < failed;
        const batch = {
          reporter: `reporter-${nth}`,
          batch_id: `${view.attempt}-${view.stage}-${view.window?.number}`,
          ok_latency_us: fails ? [] : [1_000],
          failed: fails ? 1 : 0,
          started: 0,
          ended: 0,
        };
        const { attempt, stage, release } = view;
        const window = view.window?.number ?? 0;
        const added = await reports.add({ rollout_id: id, attempt, stage, window, release, lane: "main", batch });
        if (added.outcome !== "added") throw new Error(JSON.stringify(added));
      }
      await state.close();
    },
  };
}

/** What a run that must have worked printed. */
export async function documentOf<Document>(running: Promise<CliRun>): Promise<Document> {
  const run = await running;
  if (run.exitCode !== 0) throw new Error(`exit ${run.exitCode}: ${run.stdout}${run.stderr}`);
  return run.json() as Document;
}
