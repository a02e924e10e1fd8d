/** What the identity suite is run over where there is a file system: every fixture, and the small hostile inputs. */
import { readFileSync, writeFileSync } from "node:fs";
import { loadFixtures } from "../../wasm-fixtures/fixtures.ts";
import { HOSTILE_COMPONENTS } from "../../wasm-fixtures/hostile-components.ts";
import { HOSTILE_MODULES } from "../../wasm-fixtures/hostile-modules.ts";
import { hostileInputs, type Identity, type IdentityInput } from "./identity-suite.ts";

const GOLDEN = new URL("../conformance/data/identity-golden.json", import.meta.url);

export function identityInputs(): readonly IdentityInput[] {
  return [...loadFixtures(), ...hostileInputs([...HOSTILE_MODULES, ...HOSTILE_COMPONENTS])];
}

export function readGolden(): Identity {
  return JSON.parse(readFileSync(GOLDEN, "utf8")) as Identity;
}

/** Only `node test/runtimes/print-identity.ts --bless` calls this. */
export function writeGolden(identity: Identity): void {
  writeFileSync(GOLDEN, `${JSON.stringify(identity, null, 2)}\n`);
}
