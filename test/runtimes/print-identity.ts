/** Prints the identity of the whole fixture set as JSON: what child processes run. */
import { createHash } from "node:crypto";
import { identityInputs } from "./identity-inputs.ts";
import { identityOf } from "./identity-suite.ts";

const identity = identityOf(identityInputs(), (bytes) => createHash("sha256").update(bytes).digest());
process.stdout.write(JSON.stringify(identity));
