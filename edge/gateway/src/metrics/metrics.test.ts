/** What /metrics says, of whom it asks for that, and how often. */
import { ManualClock, MemoryLedgerStore } from "@tau-edge/adapter-memory";
import {
  type BlueprintFigures,
  type FiguresOverview,
  openRolloutStreams,
  type RolloutFigures,
  type RolloutStream,
} from "@tau-edge/control";
import { PortError } from "@tau-edge/ports";
import { expect, it, vi } from "vitest";
import { LIMITS } from "../limits.ts";
import { fakeGateway } from "../rollouts/rollouts.test-helper.ts";
import { type MetricsPorts, makeMetrics } from "./metrics.ts";

const NONE = { success: 0, failed: 0, rolled_back: 0, incidents: 0, recoveries: 0, recovered_ms: 0 };
const NOTHING: FiguresOverview = { ended: { dev: NONE, staging: NONE, prod: NONE }, streams: [], unreadable: 0 };

function figuresOf(overview: Partial<FiguresOverview>, of?: RolloutFigures["of"]): RolloutFigures {
  const plain = async ({ environment, blueprint }: RolloutStream): Promise<BlueprintFigures> => ({
    ...{ environment, blueprint, frozen: false },
  });
  return { overview: async () => ({ ...NOTHING, ...overview }), of: of ?? plain };
}

function metricsWith(ports: Partial<MetricsPorts> = {}) {
  const clock = new ManualClock();
  const faults: string[] = [];
  const metrics = makeMetrics({
    ...{
      ledger: new MemoryLedgerStore(),
      figures: figuresOf({}),
      clock,
      startedUnixMs: () => 1_000,
      watchers: () => 3,
    },
    onFault: (_error, code) => faults.push(code),
    ...ports,
  });
  return { clock, faults, metrics, text: async () => (await metrics.text("prometheus")) ?? "busy" };
}

function streamsOf(count: number): Promise<readonly RolloutStream[]> {
  const streams = openRolloutStreams(new MemoryLedgerStore());
  const place = { tenant: "default", environment: "dev" } as const;
  return Promise.all(Array.from({ length: count }, (_, nth) => streams.stream({ ...place, blueprint: `b${nth}` })));
}

it("says how rollouts ended, as S3 counts it", async () => {
  const prod = { ...NONE, success: 3, rolled_back: 1, incidents: 1, recoveries: 2, recovered_ms: 3_000 };
  const { text } = metricsWith({ figures: figuresOf({ ended: { dev: NONE, staging: NONE, prod } }) });
  const said = await text();
  for (const line of [
    'tau_edge_rollouts_ended_total{environment="prod",status="success"} 3',
    'tau_edge_rollout_success_ratio{environment="prod"} 0.75',
    'tau_edge_rollout_recovery_seconds_sum{environment="prod"} 3',
    'tau_edge_rollout_recovery_seconds_count{environment="prod"} 2',
    'tau_edge_rollout_recovery_mean_seconds{environment="prod"} 1.5',
    'tau_edge_rollout_incidents_total{environment="prod"} 1',
    "tau_edge_event_watchers 3",
  ])
    expect(said).toContain(`${line}\n`);
  expect(said, "no share of nothing").not.toContain('success_ratio{environment="dev"}');
});

it("gathers once for all who ask within a second, and again after that or when the clock was put back", async () => {
  let asked = 0;
  const watchers = () => {
    asked += 1;
    return asked;
  };
  const { clock, text } = metricsWith({ watchers });
  await text();
  expect(await text()).toContain("tau_edge_event_watchers 1\n");
  clock.advance(LIMITS.metrics_age_ms_max);
  expect(await text()).toContain("tau_edge_event_watchers 2\n");
  clock.advance(-5_000);
  expect(await text()).toContain("tau_edge_event_watchers 3\n");
});

it("keeps nobody waiting for who gathers: others get what there was, or are told to come later", async () => {
  const gate = Promise.withResolvers<void>();
  let slow = true;
  const figures: RolloutFigures = {
    ...figuresOf({}),
    async overview() {
      if (slow) await gate.promise;
      return NOTHING;
    },
  };
  const { clock, text } = metricsWith({ figures });
  const first = text();
  expect(await text()).toBe("busy");
  gate.resolve();
  expect(await first).toContain("tau_edge_build_info");
  slow = false;
  clock.advance(LIMITS.metrics_age_ms_max);
  expect(await text()).toContain("tau_edge_build_info");
});

it("does not go back to what somebody gathered for too long, while the next one still gathers", async () => {
  const gates: PromiseWithResolvers<void>[] = [];
  let isSlow = true;
  const figures: RolloutFigures = {
    ...figuresOf({}),
    async overview() {
      if (!isSlow) return NOTHING;
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      await gate.promise;
      return NOTHING;
    },
  };
  let asked = 0;
  const watchers = () => {
    asked += 1;
    return asked;
  };
  const { clock, text } = metricsWith({ figures, watchers });
  const first = text();
  await vi.waitFor(() => expect(gates).toHaveLength(1));
  clock.advance(LIMITS.metrics_turn_ms_max);
  isSlow = false;
  expect(await text()).toContain("tau_edge_event_watchers 2\n");
  isSlow = true;
  clock.advance(LIMITS.metrics_age_ms_max);
  const third = text();
  await vi.waitFor(() => expect(gates).toHaveLength(2));
  gates[0]?.resolve();
  expect(await first).toContain("tau_edge_event_watchers 1\n");
  expect(await text()).toContain("tau_edge_event_watchers 2\n");
  for (const gate of gates) gate.resolve();
  await third;
});

it("leaves out what a store does not say, and says so", async () => {
  const figures: RolloutFigures = {
    ...figuresOf({}),
    overview: () => Promise.reject(new PortError("store_unavailable", "ledger", "The disk is gone")),
  };
  const { faults, text } = metricsWith({ figures });
  const said = await text();
  expect(said).toContain('tau_edge_metrics_failed{source="rollouts"} 1\n');
  expect(said).toContain("tau_edge_ledger_streams 0\n");
  expect(said).not.toContain("tau_edge_rollouts_ended");
  expect(faults).toEqual(["store_unavailable"]);
});

it("has figures of at most a thousand blueprints, and says how many were left out", async () => {
  const streams = await streamsOf(LIMITS.metrics_blueprints_max + 2);
  const { text } = metricsWith({ figures: figuresOf({ streams }) });
  const said = await text();
  expect(said.match(/^tau_edge_blueprint_frozen\{/gm)).toHaveLength(LIMITS.metrics_blueprints_max);
  expect(said).toContain("tau_edge_metrics_dropped 2\n");
});

it("stops asking for figures when that takes too long", async () => {
  const streams = await streamsOf(10);
  const clock = new ManualClock();
  const figures = figuresOf({ streams }, async ({ environment, blueprint }) => {
    clock.advance(LIMITS.metrics_gather_ms_max / 2);
    return { environment, blueprint, frozen: false };
  });
  const { text } = metricsWith({ figures, clock });
  expect(await text()).toContain("tau_edge_metrics_dropped 7\n");
});

it("counts objects and agents while nobody waits, at most every five minutes", async () => {
  let counted = 0;
  const sizes = async () => {
    counted += 1;
    if (counted === 2) throw new PortError("store_unavailable", "objects", "The disk is gone");
    const agents = { registered: 4, revoked: 1 };
    return { ledger_size_bytes: 10, objects: counted, objects_size_bytes: 30, condemned: 1, collected: 0, agents };
  };
  const { clock, faults, text } = metricsWith({ sizes });
  expect(await text()).not.toContain("tau_edge_objects ");
  clock.advance(LIMITS.metrics_age_ms_max);
  expect(await text()).toContain("tau_edge_objects 1\n");
  clock.advance(LIMITS.metrics_sizes_ms - LIMITS.metrics_age_ms_max - 1);
  expect(await text()).toContain("tau_edge_objects 1\n");
  expect(counted).toBe(1);
  clock.advance(LIMITS.metrics_sizes_ms);
  await text();
  clock.advance(LIMITS.metrics_age_ms_max);
  const failed = await text();
  expect(failed).toContain('tau_edge_metrics_failed{source="sizes"} 1\n');
  expect(failed).not.toContain("tau_edge_objects ");
  expect(faults).toEqual(["sizes_unknown"]);
});

it("counts each request by operation and class of status, and not by path or by who asks", async () => {
  let now = 0;
  const nowMs = () => {
    now += 20;
    return now;
  };
  const { app } = fakeGateway({}, { monotonic: { nowMs } });
  for (const path of ["/livez", "/livez", "/nothing", "/v1/rollouts/x"]) await app.request(`http://localhost${path}`);
  const said = await (await app.request("http://localhost/metrics")).text();
  const counts = [...said.matchAll(/duration_seconds_count\{(.*)\} (\d+)/g)].map(([, labels, count]) => [
    labels,
    count,
  ]);
  expect(counts).toEqual([
    ['operation="getLiveness",status_class="2xx"', "2"],
    ['operation="getRollout",status_class="2xx"', "1"],
    ['operation="other",status_class="4xx"', "1"],
  ]);
  expect(said).toContain('_bucket{operation="getLiveness",status_class="2xx",le="0.01"} 0\n');
  expect(said).toContain('_bucket{operation="getLiveness",status_class="2xx",le="0.025"} 2\n');
  expect(said).toContain('_sum{operation="getLiveness",status_class="2xx"} 0.04\n');
  expect(said).toContain("tau_edge_http_requests_in_flight 1\n");
});
