/** The ports of a process on a real state directory, as the races in memory have them. */
import { type OpenState, openState } from "@tau-edge/adapter-node";
import { askCollected, openCatalog, openRolloutStreams } from "@tau-edge/control";
import type { Clock } from "@tau-edge/ports";
import { tellHistory } from "../../simulation/collection/history.ts";
import type { MemberPorts } from "../../simulation/collection/shared-disk.ts";

/** 2100-01-01T00:00:00Z: a century before it is a time too. */
const START_UNIX_MS = 4_102_444_800_000;

/** @param state opened with this clock */
export function portsOn(state: OpenState, clock: Clock): MemberPorts {
  const { objects, ledger, collection, pointers, windows, files, checks, space, default_output_dir, sha256 } = state;
  const catalog = openCatalog(ledger, askCollected(collection, objects));
  const streams = openRolloutStreams(ledger);
  const stores = { objects, ledger, collection, pointers, windows, files, checks, space };
  return { ...stores, default_output_dir, clock, sha256, catalog, streams };
}

/**
 * Years of releases and rollouts in a new state directory.
 * @returns the time after them
 */
export async function writeHistory(stateDir: string, kind: number): Promise<number> {
  let now_unix_ms = START_UNIX_MS;
  const clock = { nowUnixMs: () => now_unix_ms };
  const state = await openState(stateDir, { clock });
  const pass = (by_ms: number) => {
    now_unix_ms += by_ms;
  };
  await tellHistory({ portsOf: () => portsOn(state, clock), pass }, kind);
  await state.close();
  return now_unix_ms;
}
