/** Node: the golden identities, and the golden file against node:crypto. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { failuresOf } from "@tau-edge/ports/suites";
import { expect, it } from "vitest";
import golden from "../conformance/data/did-derive-golden.json" with { type: "json" };
import vectors from "../conformance/data/didkey-ed25519-x25519.json" with { type: "json" };
import { DID_CASES } from "./did-cases.ts";
import { didSuite } from "./did-suite.ts";

didSuite({ test: (name, run) => it(name, run) }, { golden, vectors });

// Changed on purpose? `node test/runtimes/print-did-golden.ts --bless`, and say in the commit what changed and why.
it.each([
  ["here", {}],
  ["in another locale", { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" }],
])("identities: node:crypto derives the golden ones %s", (_where, env) => {
  const program = fileURLToPath(new URL("print-did-golden.ts", import.meta.url));
  const found = spawnSync(process.execPath, [program], { env, encoding: "utf8" });
  expect(found.stderr).toBe("");
  expect(JSON.parse(found.stdout)).toEqual(golden);
});

it("identities: one digit of the golden file that differs is found, and nothing else is", async () => {
  const changed = golden.cases.map((one, index) => (index === 3 ? { ...one, seed: `0${one.seed.slice(1)}` } : one));
  const data = { golden: { ...golden, cases: changed }, vectors, cases: DID_CASES.slice(0, 5) };
  const { failed } = await failuresOf((t) => didSuite(t, data));
  expect(failed).toEqual(["identities: key tau-devnet browser-agent2, hex 3: the golden one"]);
});
