/** Runs in the page: makes the golden identities, and leaves what failed where the test looks for it. */
import golden from "../conformance/data/did-derive-golden.json" with { type: "json" };
import vectors from "../conformance/data/didkey-ed25519-x25519.json" with { type: "json" };
import { didSuite } from "../runtimes/did-suite.ts";

const tests: { readonly name: string; run(): Promise<void> }[] = [];
didSuite({ test: (name, run) => void tests.push({ name, run }) }, { golden, vectors });

const failed: string[] = [];
for (const { name, run } of tests)
  await run().catch((error: unknown) => {
    failed.push(`${name}: ${String(error)}`);
  });
document.documentElement.dataset["dids"] = JSON.stringify({ count: tests.length, failed });
