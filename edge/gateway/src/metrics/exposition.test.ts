/** The two text forms, as Prometheus ("Exposition formats", text 0.0.4) and OpenMetrics 1.0 write them down. */
import { expect, it } from "vitest";
import { Exposition } from "./exposition.ts";
import { FAMILIES, FAMILY_NAMES, METRIC_PREFIX, sampleName } from "./families.ts";

function sample(): Exposition {
  const exposition = new Exposition();
  exposition.add("rollout_incidents", { environment: "prod" }, 2);
  exposition.add("build", { version: "1" }, 1);
  exposition.summary("rollout_recovery_seconds", { environment: "prod" }, { sum: 1.5, count: 2 });
  exposition.add("rollout_incidents", { environment: "dev" }, 0);
  exposition.histogram(
    "http_request_duration_seconds",
    { operation: "resolve", status_class: "2xx" },
    { bounds: [0.5, 1], counts: [3, 0, 1], sum: 4.25 },
  );
  return exposition;
}

it("writes Prometheus text: the samples of a family together, after its meaning and type", () => {
  expect(
    sample()
      .write("prometheus")
      .replaceAll(/^# HELP .*\n/gm, ""),
  ).toBe(`# TYPE tau_edge_build_info gauge
tau_edge_build_info{version="1"} 1
# TYPE tau_edge_http_request_duration_seconds histogram
tau_edge_http_request_duration_seconds_bucket{operation="resolve",status_class="2xx",le="0.5"} 3
tau_edge_http_request_duration_seconds_bucket{operation="resolve",status_class="2xx",le="1.0"} 3
tau_edge_http_request_duration_seconds_bucket{operation="resolve",status_class="2xx",le="+Inf"} 4
tau_edge_http_request_duration_seconds_sum{operation="resolve",status_class="2xx"} 4.25
tau_edge_http_request_duration_seconds_count{operation="resolve",status_class="2xx"} 4
# TYPE tau_edge_rollout_recovery_seconds summary
tau_edge_rollout_recovery_seconds_sum{environment="prod"} 1.5
tau_edge_rollout_recovery_seconds_count{environment="prod"} 2
# TYPE tau_edge_rollout_incidents_total counter
tau_edge_rollout_incidents_total{environment="prod"} 2
tau_edge_rollout_incidents_total{environment="dev"} 0
`);
});

it("writes OpenMetrics: families without the suffix of their samples, units, and an end", () => {
  const text = sample().write("openmetrics");
  expect(text).toContain("# TYPE tau_edge_build info\n");
  expect(text).toContain("# TYPE tau_edge_rollout_incidents counter\n");
  expect(text).toContain("tau_edge_rollout_incidents_total{");
  expect(text).toContain("# UNIT tau_edge_rollout_recovery_seconds seconds\n");
  expect(text.endsWith("\n# EOF\n")).toBe(true);
});

it("escapes what would end a label, and writes numbers that are none", () => {
  const exposition = new Exposition();
  const place = { environment: "dev", blueprint: "shop" };
  exposition.add("rollout_gate_value_ratio", { ...place, gate: 'a"b\\c\nd' }, Number.NaN);
  exposition.add("rollout_gate_limit_ratio", { ...place, gate: "e" }, Number.POSITIVE_INFINITY);
  exposition.add("rollout_gate_limit_ratio", { ...place, gate: "f" }, Number.NEGATIVE_INFINITY);
  const text = exposition.write("prometheus");
  expect(text).toContain('gate="a\\"b\\\\c\\nd"} NaN\n');
  expect(text).toContain('gate="e"} +Inf\n');
  expect(text).toContain('gate="f"} -Inf\n');
});

it("refuses to say a series twice", () => {
  const exposition = sample();
  expect(() => exposition.add("build", { version: "1" }, 1)).toThrow(TypeError);
});

it("names families in base units, after the convention", () => {
  for (const name of FAMILY_NAMES) {
    const { type, unit, labels, meaning } = FAMILIES[name];
    expect(name, name).toMatch(/^[a-z][a-z_]*[a-z]$/);
    if (unit !== undefined) expect(name.endsWith(`_${unit}`), name).toBe(true);
    expect(/_(?:total|info|count|sum|bucket)$/.test(name), name).toBe(false);
    if (type === "histogram") expect(labels, name).not.toContain("le");
    expect(meaning.endsWith("."), name).toBe(true);
    expect(sampleName(name).startsWith(METRIC_PREFIX)).toBe(true);
  }
});
