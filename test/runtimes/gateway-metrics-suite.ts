/** What /metrics says of the story of rollout-story.ts, whatever the gateway runs on. */
import { check, checkEqual, type TestRegistrar } from "@tau-edge/ports/suites";
import type { SendLike } from "./gateway-rollouts-suite.ts";

const PLACE = 'environment="dev",blueprint="shop"';

const SAID = [
  'tau_edge_rollouts_ended_total{environment="dev",status="success"} 1',
  'tau_edge_rollout_success_ratio{environment="dev"} 1',
  'tau_edge_rollout_incidents_total{environment="dev"} 0',
  `tau_edge_rollout_phase{${PLACE},phase="exposed"} 1`,
  `tau_edge_rollout_phase{${PLACE},phase="ended"} 0`,
  `tau_edge_rollout_stage{${PLACE}} 0`,
  `tau_edge_rollout_weight_ratio{${PLACE}} 0.5`,
  `tau_edge_blueprint_frozen{${PLACE}} 0`,
  "tau_edge_ledger_unreadable_streams 0",
  "tau_edge_metrics_dropped 0",
];

export function metricsSuite(t: TestRegistrar, send: SendLike): void {
  const scraped = async (accept: string): Promise<readonly [type: string | null, text: string]> => {
    const response = await send("/metrics", { headers: { accept } });
    const text = await response.text();
    checkEqual(response.status, 200, text);
    return [response.headers.get("content-type"), text];
  };

  t.test("a monitoring system is told how rollouts stand", async () => {
    const [type, text] = await scraped("text/plain");
    checkEqual(type, "text/plain; version=0.0.4; charset=utf-8", "Prometheus text");
    const lines = text.split("\n");
    for (const line of SAID) check(lines.includes(line), `${line} is missing in\n${text}`);
    check(/^tau_edge_rollout_window_age_seconds\{.*\} [\d.]+$/m.test(text), "how old its window is");
    checkEqual(lines.at(-1), "", "each line has an end");
    check(!/sha256|agent|did:/.test(text), "no label names a digest or somebody");
  });

  t.test("OpenMetrics is for those who ask for it, with the same series", async () => {
    const [, plain] = await scraped("*/*");
    const [type, text] = await scraped("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    checkEqual(type, "application/openmetrics-text; version=1.0.0; charset=utf-8", "OpenMetrics");
    check(text.endsWith("\n# EOF\n"), "it says where it ends");
    const series = (all: string) => all.match(/^[a-z][^ ]*(?= )/gm)?.filter((one) => one.includes("_rollout"));
    checkEqual(series(text), series(plain), "series");
  });
}
