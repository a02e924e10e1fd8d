/** Runs in the page: fetches every fixture, and leaves what it found where the test looks for it. */
import { sha256 } from "@tau-edge/encoding";
import { HOSTILE_COMPONENTS } from "../../wasm-fixtures/hostile-components.ts";
import { HOSTILE_MODULES } from "../../wasm-fixtures/hostile-modules.ts";
import { hostileInputs, type IdentityInput, identityOf } from "../runtimes/identity-suite.ts";

interface Listed {
  readonly name: string;
  readonly file: string;
}

async function main(): Promise<void> {
  const table = (await (await fetch("/fixtures.json")).json()) as readonly Listed[];
  const fixtures = await Promise.all(table.map(load));
  const inputs = [...fixtures, ...hostileInputs([...HOSTILE_MODULES, ...HOSTILE_COMPONENTS])];
  document.documentElement.dataset["identity"] = JSON.stringify(identityOf(inputs, sha256));
}

async function load({ name, file }: Listed): Promise<IdentityInput> {
  const response = await fetch(`/${file}`);
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
}

await main().catch((error: unknown) => {
  document.documentElement.dataset["failure"] = String(error);
});
