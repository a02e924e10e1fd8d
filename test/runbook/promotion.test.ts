/** Step 6 of the rollout plan: fixtures of growing complexity, six figures after each, and no further than the first hold. */
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { PromotionFigures, StatusView } from "@tau-edge/contract";
import type { LadderReport } from "@tau-edge/control";
import { afterAll, describe, expect, it } from "vitest";
import { type CommandRun, HOUSE, makeRepositoryRoot } from "./repository-root.ts";

const LADDER = join(HOUSE, "wasm-fixtures/contract");
const RUNGS = readdirSync(LADDER)
  .filter((file) => file.endsWith(".json"))
  .sort();

const root = makeRepositoryRoot();
afterAll(() => root.leave());

/** By hand, from what the fixtures say: a wasm case is a wasm rollout, and every other case a cloud rollout. */
const PROMISED = [
  figures({ queue_depth: 0, wasm_rollout_count: 1, cloud_rollout_count: 0 }),
  figures({ queue_depth: 0, wasm_rollout_count: 2, cloud_rollout_count: 2 }),
  figures({ queue_depth: 0, wasm_rollout_count: 4, cloud_rollout_count: 4 }),
  figures({ queue_depth: 0, wasm_rollout_count: 36, cloud_rollout_count: 36 }),
  figures({ queue_depth: 936, wasm_rollout_count: 68, cloud_rollout_count: 68 }),
];

type Counts = Pick<PromotionFigures, "queue_depth" | "wasm_rollout_count" | "cloud_rollout_count">;

function figures(counts: Counts): PromotionFigures {
  return { failure_streak: 0, last_cycle_failed: 0, rollout_gate: "pass", ...counts };
}

/** Three of the six stand at the top of S1's status, three in its counters. */
function figuresOf({ stdout }: CommandRun): PromotionFigures {
  const { health, rollout_gate, wasm_rollout_count, cloud_rollout_count }: StatusView = JSON.parse(stdout);
  const { failure_streak, last_cycle_failed, queue_depth } = health;
  return { failure_streak, last_cycle_failed, queue_depth, rollout_gate, wasm_rollout_count, cloud_rollout_count };
}

function figuresOfRungs({ stdout }: CommandRun): (PromotionFigures | undefined)[] {
  const { rungs }: LadderReport = JSON.parse(stdout);
  return rungs.map((rung) => rung.figures);
}

describe("deployment_runtime promotion", () => {
  it("is watched by six figures after each rung, with the original's flags", async () => {
    expect(RUNGS).toHaveLength(PROMISED.length);
    const seen: PromotionFigures[] = [];
    for (const rung of RUNGS) {
      const run = await root.call(`tau-edge --deployment-contract-runner --deployment-fixture ${join(LADDER, rung)}`);
      expect(run).toMatchObject({ status: 0, stderr: "" });
      seen.push(figuresOf(await root.call("tau-edge --deployment-status-inspect --deployment-status-json")));
    }
    expect(seen).toEqual(PROMISED);
  });

  it("goes up the ladder by itself", async () => {
    const run = await root.call(`tau-edge run --fixture ${LADDER} --state-dir .tau/ladder --json`);
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
    expect(figuresOfRungs(run)).toEqual(PROMISED);
  });

  it("stops at the first hold", async () => {
    const ladder = join(root.dir, "ladder");
    mkdirSync(ladder);
    const rungs = ["01-one-case.json", "s1/mixed-outcomes.json", "02-three-successes.json"];
    for (const [index, rung] of rungs.entries()) copyFileSync(join(LADDER, rung), join(ladder, `${index}.json`));
    const run = await root.call("tau-edge run --fixture ladder --state-dir .tau/held --json");
    expect(run.status).toBe(3);
    expect(figuresOfRungs(run)).toEqual([
      figures({ queue_depth: 0, wasm_rollout_count: 1, cloud_rollout_count: 0 }),
      {
        failure_streak: 1,
        last_cycle_failed: 1,
        queue_depth: 0,
        rollout_gate: "hold",
        wasm_rollout_count: 2,
        cloud_rollout_count: 0,
      },
    ]);
  });
});
