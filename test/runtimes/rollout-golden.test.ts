/** Node: the golden rollouts, and the same from other surroundings. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { failuresOf } from "@tau-edge/ports/suites";
import { expect, it } from "vitest";
import golden from "../conformance/data/rollout-golden.json" with { type: "json" };
import { rolloutGoldenSuite } from "./rollout-golden-suite.ts";

// Changed on purpose? `node test/runtimes/print-rollout-golden.ts --bless`, and say in the commit what changed and why.
rolloutGoldenSuite({ test: (name, run) => it(name, run) }, golden);

it("golden rollouts: a file with another checkpoint in one story fails what is told of that story, and no other", async () => {
  const name = "an undo";
  const stories = { ...golden.stories, [name]: { ...golden.stories[name], checkpoint: "" } };
  const { failed } = await failuresOf((t) => rolloutGoldenSuite(t, { stories }));
  expect(failed).toHaveLength(4);
  expect(failed.filter((test) => !test.includes(name))).toEqual([]);
});

it.each([
  ["time zone and locale", [], { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" }],
  ["compiler in the engine", ["--no-opt", "--no-sparkplug"], {}],
])("golden rollouts: another %s changes nothing", (_what, flags, env) => {
  const program = fileURLToPath(new URL("print-rollout-golden.ts", import.meta.url));
  const found = spawnSync(process.execPath, [...flags, program], {
    env,
    encoding: "utf8",
    maxBuffer: 16 * 1024 * 1024,
  });
  expect(found.stderr).toBe("");
  expect(JSON.parse(found.stdout)).toEqual(golden);
});
