// Rolls three releases out in a state directory and says on stdout what has been acknowledged, one JSON line each.
// Arguments: the state directory, then the name of a fault that the tests beside it must find. Killed by them, and
// started again on the same directory, it goes on.
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ManualClock } from "@tau-edge/adapter-memory";
import { openState } from "@tau-edge/adapter-node";
import { PortError } from "@tau-edge/ports";
import { FAULTS, isFault } from "./rollout-faults.ts";
import { type Say, saying } from "./rollout-saying.ts";
import { makeTeller, tell } from "./rollout-story.ts";

/** Also when it is bundled. */
export const ROLLOUT_WRITER = fileURLToPath(import.meta.url);

const say: Say = (what) => writeSync(1, `${JSON.stringify(what)}\n`);

const codeOf = (error: unknown): string => (error instanceof PortError ? error.code : String(error));

async function main([stateDir = "", fault]: readonly string[]): Promise<void> {
  const clock = new ManualClock();
  const state = await openState(stateDir, { clock });
  const stores = isFault(fault) ? FAULTS[fault](state, say) : saying(state, say);
  const run = () =>
    tell(makeTeller(state, clock, stores), ({ rollout_id, status }) => say({ said: "ended", rollout_id, status }));
  await run().catch(async (error: unknown) => {
    // A poisoned process must stay poisoned, whatever it is asked next.
    const again = await run().then(() => "went on", codeOf);
    say({ said: "failed", code: codeOf(error), again });
  });
  await state.close();
}

if (process.argv[1] === ROLLOUT_WRITER) await main(process.argv.slice(2));
