/** The gateway fixtures in a state directory, as another process would find them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openState } from "@tau-edge/adapter-node";
import type { GatewayFixtures } from "./gateway-fixtures.ts";

export interface PlantedState {
  readonly stateDir: string;
  remove(): Promise<void>;
}

/** @param stateDir made by this call; a new temporary one when it is not given */
export async function plantState(fixtures: GatewayFixtures, stateDir?: string): Promise<PlantedState> {
  stateDir ??= await mkdtemp(join(tmpdir(), "tau-edge-gateway-"));
  return plantInto(fixtures, stateDir);
}

async function plantInto(fixtures: GatewayFixtures, stateDir: string): Promise<PlantedState> {
  const state = await openState(stateDir);
  for (const { digest, bytes } of fixtures.objects) await state.objects.putIfAbsent(digest, bytes);
  for (const [stream, drafts] of fixtures.drafts)
    await state.ledger.append({ stream, expected_seq: -1, drafts, objects: [], now_unix_ms: fixtures.now_unix_ms });
  await state.close();
  return { stateDir, remove: () => rm(stateDir, { recursive: true, force: true }) };
}
