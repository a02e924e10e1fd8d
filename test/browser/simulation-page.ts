/** Runs in the page: simulates the golden plans, and leaves what failed where the test looks for it. */
import golden from "../conformance/data/simulation-golden.json" with { type: "json" };
import { simulationSuite } from "../runtimes/simulation-suite.ts";

const tests: { readonly name: string; run(): Promise<void> }[] = [];
simulationSuite({ test: (name, run) => void tests.push({ name, run }) }, golden);

const failed: string[] = [];
for (const { name, run } of tests)
  await run().catch((error: unknown) => {
    failed.push(`${name}: ${String(error)}`);
  });
document.documentElement.dataset["simulations"] = JSON.stringify({ count: tests.length, failed });
