/**
 * Prints the golden rollouts as JSON. With `--bless` it writes the golden file instead, which no test ever does.
 */
import { writeFileSync } from "node:fs";
import { goldenOfAll } from "./rollout-golden/golden.ts";

const GOLDEN = new URL("../conformance/data/rollout-golden.json", import.meta.url);

const text = `${JSON.stringify(goldenOfAll(), null, 2)}\n`;
if (process.argv.includes("--bless")) writeFileSync(GOLDEN, text);
else process.stdout.write(text);
