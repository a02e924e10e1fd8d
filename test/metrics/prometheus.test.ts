/** A real Prometheus scrapes a rollout from its first stage to its end, and promtool reads what it is given as text. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RolloutView } from "@tau-edge/control";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NODE_MAIN } from "../runtimes/gateway-commands.ts";
import { type GatewayProcess, startGateway } from "../runtimes/gateway-process.ts";
import { poster, STORY_TOKENS, STORY_TOKENS_TEXT } from "../runtimes/gateway-rollouts-suite.ts";
import { type PlantedStory, plantStory } from "../runtimes/planted-story.ts";
import { PROMETHEUS_MISSING, type Prometheus, startPrometheus } from "./prometheus.ts";

const PLACE = 'environment="dev",blueprint="shop"';
const LOOKS_MAX = 300;

describe.skipIf(PROMETHEUS_MISSING !== undefined)(`prometheus ${PROMETHEUS_MISSING ?? ""}`.trim(), () => {
  let story: PlantedStory;
  let gateway: GatewayProcess;
  let directory: string;
  let prometheus: Prometheus;

  beforeAll(async () => {
    story = await plantStory();
    directory = await mkdtemp(join(tmpdir(), "tau-edge-prometheus-"));
    const options = ["--state-dir", story.stateDir, "--port", "0"];
    gateway = await startGateway(process.execPath, [NODE_MAIN, ...options], {
      env: { TAU_EDGE_TOKENS: STORY_TOKENS_TEXT },
    });
    prometheus = await startPrometheus(directory, new URL(gateway.url).host);
  });

  afterAll(async () => {
    await prometheus.stop();
    await gateway.end("SIGTERM");
    await story.remove();
    await rm(directory, { recursive: true, force: true });
  });

  const post = poster((path, init) => fetch(gateway.url + path, init ?? {}));

  /** Of each arm ten agents say once that all is well, in whichever window is open. */
  async function report({ attempt, stage, window }: RolloutView): Promise<void> {
    if (window === undefined) return;
    const { rollout_id, candidate, stable } = story;
    const batches = [candidate, stable].flatMap(({ release }) =>
      Array.from({ length: 10 }, (_, agent) => ({
        ...{ batch_id: `b-${stage}-${window.number}`, reporter: `agent-${agent}` },
        ...{ rollout_id, attempt, stage, window: window.number, release, lane: "main", ok_latency_us: [1_000] },
      })),
    );
    const response = await post("/v1/reports", { batches }, STORY_TOKENS.reporter);
    expect(response.status, await response.text()).toBe(200);
  }

  async function untilSeen(query: string, value: number): Promise<void> {
    for (let look = 0; look < LOOKS_MAX; look++) {
      if ((await prometheus.query(query))[0] === value) return;
      await pause(100);
    }
    throw new Error(`${query} is never ${value}, but ${await prometheus.query(query)}`);
  }

  it("sees each stage of a rollout, and how it ended", async () => {
    await untilSeen(`tau_edge_rollout_weight_ratio{${PLACE}}`, 0.5);
    for (let look = 0; ; look++) {
      const view = (await (await fetch(`${gateway.url}/v1/rollouts/${story.rollout_id}`)).json()) as RolloutView;
      if (view.status === "success") break;
      expect(look, JSON.stringify(view)).toBeLessThan(LOOKS_MAX);
      await report(view);
      await pause(100);
    }
    await untilSeen(`tau_edge_rollout_phase{${PLACE},phase="ended"}`, 1);
    for (const [query, value] of [
      [`min_over_time(tau_edge_rollout_weight_ratio{${PLACE}}[5m])`, 0.5],
      [`max_over_time(tau_edge_rollout_weight_ratio{${PLACE}}[5m])`, 1],
      [`max_over_time(tau_edge_rollout_stage{${PLACE}}[5m])`, 2],
      ['tau_edge_rollouts_ended_total{environment="dev",status="success"}', 2],
      ['max(tau_edge_rollout_success_ratio{environment="dev"})', 1],
      [`tau_edge_rollout_gate_value_ratio{${PLACE},gate="error_rate"}`, 0],
      [`tau_edge_rollout_gate_limit_ratio{${PLACE},gate="error_rate"}`, 0.5],
      ["tau_edge_objects > bool 5", 1],
      ["tau_edge_ledger_size_bytes > bool 4096", 1],
      ["min_over_time(up[5m])", 1],
    ] as const)
      expect(await prometheus.query(query), query).toEqual([value]);
    const [seen = 0] = await prometheus.query(`max(max_over_time(tau_edge_rollout_window_samples{${PLACE}}[5m]))`);
    expect(seen).toBeGreaterThan(0);
    const [slowest = Number.NaN] = await prometheus.query(
      'histogram_quantile(0.99, sum by (le) (tau_edge_http_request_duration_seconds_bucket{operation="report"}))',
    );
    expect(slowest).toBeGreaterThan(0);
  });

  it("takes OpenMetrics, with units", async () => {
    expect(await prometheus.metadata("tau_edge_start_time_seconds")).toMatchObject({ unit: "seconds" });
    expect(await prometheus.metadata("tau_edge_rollout_incidents")).toMatchObject({ type: "counter" });
  });

  it("finds nothing to complain of in the text", async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
  });
});
