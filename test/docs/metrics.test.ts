/** docs/metrics.md names what the gateway says, and its queries are ones that Prometheus takes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FAMILY_NAMES, sampleName } from "@tau-edge/gateway";
import { expect, it } from "vitest";
import { metricsPage } from "../../scripts/metrics-page.ts";
import { PROMETHEUS_MISSING } from "../metrics/prometheus.ts";
import { ROOT } from "./documents.ts";

const page = readFileSync(join(ROOT, "docs/metrics.md"), "utf8");
const queries = [...(page.split("## What to watch")[1] ?? "").matchAll(/\| `([^`]+)` \|$/gm)].map(
  ([, query = ""]) => query,
);

it("is what the gateway's table says: `npm run reference` writes it", () => {
  expect(page).toBe(metricsPage());
});

it("watches metrics that there are", () => {
  const names = new Set(FAMILY_NAMES.map(sampleName));
  const asked = queries.flatMap((query) => query.match(/tau_edge_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(queries.length);
  for (const name of asked) expect(names, name).toContain(name.replace(/_(?:bucket|count)$/, ""));
});

it.skipIf(PROMETHEUS_MISSING !== undefined)(
  `asks what Prometheus understands ${PROMETHEUS_MISSING ?? ""}`.trim(),
  () => {
    const directory = mkdtempSync(join(tmpdir(), "tau-edge-rules-"));
    const rules = queries.map((expr, nth) => ({ alert: `Watch${nth}`, expr }));
    const file = join(directory, "rules.yml");
    writeFileSync(file, JSON.stringify({ groups: [{ name: "tau-edge", rules }] }));
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", file], { encoding: "utf8" });
    rmSync(directory, { recursive: true });
    expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
  },
);
