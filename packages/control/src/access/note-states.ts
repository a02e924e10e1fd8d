/** What an agent says that it does with blueprints, as of now by the gateway's clock. */
import { NOTED_STATES_MAX } from "../limits.ts";
import type { NotedState } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";

/** @throws RangeError for more than NOTED_STATES_MAX */
export async function noteStates(did: string, states: readonly NotedState[], { ports }: AccessContext): Promise<void> {
  if (states.length > NOTED_STATES_MAX) throw new RangeError(`at most ${NOTED_STATES_MAX} states are noted at once`);
  if (states.length === 0) return;
  const at_unix_ms = ports.clock.nowUnixMs();
  await ports.directory.noteStates(
    did,
    states.map((state) => ({ ...state, at_unix_ms })),
  );
}
