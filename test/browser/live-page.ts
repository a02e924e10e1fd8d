/** Runs in the page: asks its verifier, makes keys, and leaves what failed where the test looks for it. */
import { liveSuite } from "../runtimes/live-suite.ts";

const tests: { readonly name: string; run(): Promise<void> }[] = [];
liveSuite({ test: (name, run) => void tests.push({ name, run }) });

const failed: string[] = [];
for (const { name, run } of tests)
  await run().catch((error: unknown) => {
    failed.push(`${name}: ${String(error)}`);
  });
document.documentElement.dataset["live"] = JSON.stringify({ count: tests.length, failed });
