/**
 * Prints the identity of the whole fixture set as JSON: what child processes run. With `--bless` it writes the golden
 * file instead, which no test ever does.
 */
import { createHash } from "node:crypto";
import { identityInputs, writeGolden } from "./identity-inputs.ts";
import { identityOf } from "./identity-suite.ts";

const identity = identityOf(identityInputs(), (bytes) => createHash("sha256").update(bytes).digest());
if (process.argv.includes("--bless")) writeGolden(identity);
else process.stdout.write(JSON.stringify(identity));
