/**
 * Prints the golden derivations as JSON. With `--bless` it writes the golden file instead, which no test ever does.
 */
import { writeFileSync } from "node:fs";
import { didGolden } from "./did-golden.ts";

const GOLDEN = new URL("../conformance/data/did-derive-golden.json", import.meta.url);

const text = `${JSON.stringify(didGolden(), null, 2)}\n`;
if (process.argv.includes("--bless")) writeFileSync(GOLDEN, text);
else process.stdout.write(text);
