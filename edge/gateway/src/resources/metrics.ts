/** What a monitoring system scrapes: Prometheus text, or OpenMetrics where it asks for that. */

import { chooseFormat } from "../metrics/choose-format.ts";
import { METRICS_MEDIA_TYPES } from "../metrics/exposition.ts";
import type { Route } from "../route.ts";

export const metricsRoute: Route = {
  method: "GET",
  path: "/metrics",
  operationId: "getMetrics",
  summary: "Figures for a monitoring system",
  audience: "listing",
  reads: "status:read",
  requestHeaders: { Accept: "`application/openmetrics-text` for OpenMetrics 1.0; Prometheus text 0.0.4 otherwise" },
  answers: {
    200: {
      description: "All figures, at most a second old; docs/metrics.md says what they mean",
      content: { "text/plain": { text: true }, "application/openmetrics-text": { text: true } },
      headers: { Vary: "Accept" },
    },
  },
  problems: ["too_busy"],
  async answer(call) {
    const format = chooseFormat(call.c.req.raw.headers.get("accept") ?? "");
    const text = await call.services.metrics.text(format);
    if (text === undefined) return call.problem("too_busy");
    const headers = { "content-type": METRICS_MEDIA_TYPES[format], "cache-control": "no-store", vary: "Accept" };
    return call.text(200, headers, text);
  },
};
