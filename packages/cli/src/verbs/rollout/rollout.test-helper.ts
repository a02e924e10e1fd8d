/** A directory in which a release is ready to go, and a plan for it that nothing stands against. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ReleaseView, RolloutView } from "@tau-edge/control";
import { type CliRun, fixture, makeWorkplace, type Workplace } from "../../cli.test-helper.ts";

export const PLAN_FILE = "shop.plan.json";
/** The file's name as a pattern: `package` and `release create` each append to the stream before the rollout. */
export const ROLLOUT_ID = /^default~dev~shop~\d+$/;

export interface Shop extends Workplace {
  readonly release: ReleaseView;
  /** Writes the plan again, with these fields of the document over it. */
  plan(changes: object): void;
  /** Starts it in dev, and gives its id. */
  start(): Promise<string>;
  status(id: string): Promise<RolloutView>;
}

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
    async start() {
      const started = at.run("rollout", "start", PLAN_FILE, "--environment", "dev", "--json");
      const { rollout } = await documentOf<{ rollout: RolloutView }>(started);
      return rollout.rollout_id;
    },
    status: (id) => documentOf<RolloutView>(at.run("rollout", "status", id, "--json")),
  };
}

/** What a run that must have worked printed. */
export async function documentOf<Document>(running: Promise<CliRun>): Promise<Document> {
  const run = await running;
  if (run.exitCode !== 0) throw new Error(`exit ${run.exitCode}: ${run.stdout}${run.stderr}`);
  return run.json() as Document;
}
