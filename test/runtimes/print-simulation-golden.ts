/**
 * Prints the golden simulations as JSON. With `--bless` it writes the golden file instead, which no test ever does.
 */
import { writeFileSync } from "node:fs";
import { simulationsOf } from "./simulation-suite.ts";

const GOLDEN = new URL("../conformance/data/simulation-golden.json", import.meta.url);

const text = `${JSON.stringify(simulationsOf(), null, 2)}\n`;
if (process.argv.includes("--bless")) writeFileSync(GOLDEN, text);
else process.stdout.write(text);
