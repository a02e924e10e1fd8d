/** Runs in the page: tells the golden rollouts, and leaves what failed where the test looks for it. */
import golden from "../conformance/data/rollout-golden.json" with { type: "json" };
import { rolloutGoldenSuite } from "../runtimes/rollout-golden-suite.ts";

const tests: { readonly name: string; run(): Promise<void> }[] = [];
rolloutGoldenSuite({ test: (name, run) => void tests.push({ name, run }) }, golden);

const failed: string[] = [];
for (const { name, run } of tests)
  await run().catch((error: unknown) => {
    failed.push(`${name}: ${String(error)}`);
  });
document.documentElement.dataset["rollouts"] = JSON.stringify({ count: tests.length, failed });
