/** Node: the golden simulations, and the same from other surroundings. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { failuresOf } from "@tau-edge/ports/suites";
import { expect, it } from "vitest";
import golden from "../conformance/data/simulation-golden.json" with { type: "json" };
import { simulationSuite } from "./simulation-suite.ts";

// Changed on purpose? `node test/runtimes/print-simulation-golden.ts --bless`, and say in the commit what changed and why.
simulationSuite({ test: (name, run) => it(name, run) }, golden);

it("golden simulations: another millisecond in one of them is found", async () => {
  const changed = structuredClone(golden);
  changed["the default, little traffic"].equal.promoted.median_ms += 1;
  expect((await failuresOf((t) => simulationSuite(t, changed))).failed).toHaveLength(1);
});

it("golden simulations: another time zone and locale, and no compiler in the engine, change nothing", () => {
  const program = fileURLToPath(new URL("print-simulation-golden.ts", import.meta.url));
  const found = spawnSync(process.execPath, ["--no-opt", "--no-sparkplug", program], {
    env: { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" },
    encoding: "utf8",
  });
  expect(found.stderr).toBe("");
  expect(JSON.parse(found.stdout)).toEqual(golden);
});
