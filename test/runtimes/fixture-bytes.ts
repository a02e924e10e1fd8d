/** A bundler plugin: the module `virtual:fixture-bytes` holds every fixture as base64, for runtimes without files. */
import { toBase64 } from "@tau-edge/encoding";
import { loadFixtures } from "../../wasm-fixtures/fixtures.ts";

const ID = "virtual:fixture-bytes";
/** A resolved id that starts with NUL is nobody else's (Rollup's convention). */
const RESOLVED = `\0${ID}`;

export function fixtureBytes() {
  return {
    name: "fixture-bytes",
    resolveId: (id: string): string | undefined => (id === ID ? RESOLVED : undefined),
    load: (id: string): string | undefined => (id === RESOLVED ? moduleText() : undefined),
  };
}

function moduleText(): string {
  const fixtures = loadFixtures().map(({ name, bytes }) => ({ name, base64: toBase64(bytes) }));
  return `export default ${JSON.stringify(fixtures)};`;
}
