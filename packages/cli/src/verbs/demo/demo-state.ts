/** The use cases over the demo's state directory, on the demo's clock. */
import { openState } from "@tau-edge/adapter-node";
import {
  type Controller,
  makeController,
  makeReports,
  makeRollouts,
  openCatalog,
  openRolloutStreams,
  type Reports,
  type RolloutPorts,
  type Rollouts,
} from "@tau-edge/control";
import type { Clock, ObjectReader } from "@tau-edge/ports";
import { localActor } from "../../local-actor.ts";

export interface DemoState {
  readonly rollouts: Rollouts;
  readonly controller: Controller;
  readonly reports: Reports;
  readonly objects: ObjectReader;
  close(): Promise<void>;
}

export async function openDemoState(stateDir: string, clock: Clock): Promise<DemoState> {
  const state = await openState(stateDir, { clock });
  const streams = openRolloutStreams(state.ledger);
  const ports: RolloutPorts = { ...state, streams, catalog: openCatalog(state.ledger) };
  return {
    rollouts: makeRollouts(ports, localActor()),
    controller: makeController(ports),
    reports: makeReports(ports),
    objects: state.objects,
    close: () => state.close(),
  };
}
