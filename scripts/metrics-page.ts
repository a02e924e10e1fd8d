/** docs/metrics.md, from the table that the gateway writes its metrics by. */
import { DURATION_BOUNDS_SECONDS, FAMILIES, FAMILY_NAMES, METRIC_PREFIX, sampleName } from "@tau-edge/gateway";

export function metricsPage(): string {
  const rows = FAMILY_NAMES.map((name) => {
    const { type, labels, meaning, s3 } = FAMILIES[name];
    const also = s3 === undefined ? "" : ` S3 calls it \`${s3}\`.`;
    return `| \`${sampleName(name)}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${meaning}${also} |`;
  });
  return `# Metrics

\`GET /metrics\` of a gateway answers with Prometheus text 0.0.4, or with OpenMetrics 1.0 when \`Accept\` names
\`application/openmetrics-text\`, as Prometheus does. Anybody may ask, unless \`auth.readers\` is \`agents\`: then a credential
with \`status:read\` is needed. This page is made by \`npm run reference\` from the table in the gateway; a test compares it.

\`\`\`yaml
scrape_configs:
  - job_name: tau-edge
    scrape_interval: 15s
    static_configs:
      - targets: ["127.0.0.1:8787"]
\`\`\`

- Figures are gathered once a second at most, however many ask. While they are gathered for the first time others are told to come
  again (503 \`too_busy\`).
- Ratios are from 0 to 1, times are in seconds, sizes in bytes. All names begin with \`${METRIC_PREFIX}\`; in OpenMetrics a family goes
  without \`_total\` and \`_info\`.
- No label is a digest, a path, an address or a person. \`operation\` is an \`operationId\` of \`/openapi.json\`, and \`other\` for what is no
  path. Of a blueprint there are figures of its last rollout, of at most 1,000 blueprints; \`${METRIC_PREFIX}metrics_dropped\` says how many
  are left out.
- What ended is counted from the records while the ledger is followed, over all attempts, so a restart changes no figure. Durations
  and requests begin at 0 with the process.
- Objects, marks, agents and the ledger's size are counted in the background, at most every 5 minutes, and only while somebody
  asks: the first answer is without them. Gateways on Workers do not have them.
- On Workers a duration is of what was waited for: their clock stands still while they compute.

| metric | type | labels | what it says |
|---|---|---|---|
${rows.join("\n")}

Bounds of the histogram, in seconds: ${DURATION_BOUNDS_SECONDS.join(", ")}.

## What to watch

| when | query |
|---|---|
| a rollout waits for evidence | \`${METRIC_PREFIX}rollout_held == 1\` |
| something went wrong with a release | \`increase(${METRIC_PREFIX}rollout_incidents_total[1h]) > 0\` |
| a gate comes close to its limit | \`${METRIC_PREFIX}rollout_gate_value_ratio > 0.8 * ${METRIC_PREFIX}rollout_gate_limit_ratio\` |
| somebody has stopped a blueprint | \`${METRIC_PREFIX}blueprint_frozen == 1\` |
| a stream cannot be read | \`${METRIC_PREFIX}ledger_unreadable_streams > 0\` |
| nobody collects any more | \`time() - ${METRIC_PREFIX}collection_planned_timestamp_seconds > 8 * 86400\` |
| answers are slow | \`histogram_quantile(0.99, sum by (le) (rate(${METRIC_PREFIX}http_request_duration_seconds_bucket{operation="resolve"}[5m])))\` |
| answers fail | \`sum(rate(${METRIC_PREFIX}http_request_duration_seconds_count{status_class="5xx"}[5m])) > 0\` |
`;
}
