/**
 * A process that lets keys in or rotates, and prints a line for each answer once it has it. It creates files that
 * everybody may read, where nothing is said about it. It is killed somewhere, or runs to its end.
 */
import { statSync, writeSync } from "node:fs";
import { exchangeOf, DIRECTORY_NOW_UNIX_MS as NOW, said } from "@tau-edge/ports/suites";
import { agentsPath } from "./agent-directory-tables.ts";
import { openState } from "./open-state.ts";

const [stateDir = "", what = "", from = "0", to = "0"] = process.argv.slice(2);
const numbers = Array.from({ length: Number(to) - Number(from) }, (_, nth) => Number(from) + nth);
process.umask(0);
const { directory, close } = await openState(stateDir);

switch (what) {
  case "exchange":
    await Promise.all(
      numbers.map(async (key) => say(`${key} ${said(await directory.exchange(exchangeOf(1, key, key)))}`)),
    );
    break;
  case "rotate":
    for (const epoch of numbers) {
      const owner = { kind: "token", verifier: String(epoch) } as const;
      const proof = await directory.rotate({ epoch, now_unix_ms: NOW, owner, links: true, tokens: true });
      say(`${proof.epoch} ${proof.applied}`);
    }
    break;
  case "modes":
    await directory.keepSecret("gateway_key", () => new Uint8Array(32));
    for (const end of ["", "-wal", "-shm"])
      say(`${end} ${(statSync(`${agentsPath(stateDir)}${end}`).mode & 0o777).toString(8)}`);
}
await close();

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
