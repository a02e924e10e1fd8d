// Plans or collects on a state directory, with a clock that stands still, and says on stdout what was acknowledged, one
// JSON line each. Arguments: the state directory, `plan` or `run`, the time. Killed by the tests beside it.
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openState } from "@tau-edge/adapter-node";
import { makeCollecting } from "@tau-edge/control";
import { portsOn } from "./real-ports.ts";

export const COLLECTOR_PROCESS = fileURLToPath(import.meta.url);

export interface Said {
  readonly said: "planned" | "collected";
  readonly condemned: number;
  readonly collected: number;
}

function say(what: Said): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

async function main([stateDir = "", what = "", now = ""]: readonly string[]): Promise<void> {
  const clock = { nowUnixMs: () => Number(now) };
  const state = await openState(stateDir, { clock });
  const collecting = makeCollecting(portsOn(state, clock), { kind: "local", id: "collector" });
  if (what === "plan") {
    const { condemned } = await collecting.plan({ accept_clock: true });
    say({ said: "planned", condemned: condemned.objects, collected: 0 });
  } else {
    const { condemned, collected } = await collecting.run({ accept_clock: true });
    say({ said: "collected", condemned: condemned.objects, collected: collected.objects });
  }
  await state.close();
}

// Bundled, it is a program and nothing else.
if (process.argv[1] === COLLECTOR_PROCESS) await main(process.argv.slice(2));
