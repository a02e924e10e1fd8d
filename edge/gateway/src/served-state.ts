/**
 * A state directory as a gateway process has it (Node, Deno): for reading, or, where there are tokens, for writing with
 * a controller that does what is due.
 */
import type { RolloutPorts } from "@tau-edge/control";
import type { DeploymentFactsReader, Validator } from "@tau-edge/ports";
import type { TokenTable } from "./credentials/tokens.ts";
import type { GatewayLog } from "./log.ts";
import type { GatewayPorts } from "./ports.ts";
import type { ReadingStores } from "./reading-ports.ts";
import { openRollouts, readRollouts } from "./rollout-access.ts";
import { driveRollouts, type RolloutDriver } from "./rollout-driver.ts";

interface StateDirectory {
  readonly deployment: DeploymentFactsReader;
  close(): Promise<void>;
}

/** How the platform opens it; one of the two is called, once. */
export interface StateDoors {
  reading(): ReadingStores & StateDirectory;
  writing(): Promise<Omit<RolloutPorts, "catalog" | "streams"> & StateDirectory>;
}

export interface ServedState {
  readonly ports: Pick<GatewayPorts, "objects" | "ledger" | "clock" | "sha256" | "deployment" | "rollouts" | "tokens">;
  /** Begins to run rollouts, where this process may. */
  drive(): void;
  /** Waits for what the controller is doing. */
  close(): Promise<void>;
}

export interface ServedStateOptions {
  readonly tokens: TokenTable;
  readonly log: GatewayLog;
  readonly validator?: Validator | undefined;
}

/** @throws PortError what opening the state for writing throws */
export async function openServedState(
  doors: StateDoors,
  { tokens, log, validator }: ServedStateOptions,
): Promise<ServedState> {
  if (tokens.empty) {
    const state = doors.reading();
    return {
      ports: { ...portsOf(state), tokens, rollouts: readRollouts(state) },
      drive: () => undefined,
      close: () => state.close(),
    };
  }
  const state = await doors.writing();
  const rollouts = openRollouts({ ...state, ...(validator === undefined ? {} : { validator }) });
  let driver: RolloutDriver | undefined;
  return {
    ports: { ...portsOf(state), tokens, rollouts },
    drive() {
      driver ??= driveRollouts({ controller: rollouts.controller, ledger: state.ledger, clock: state.clock, log });
    },
    async close() {
      await driver?.stop();
      await state.close();
    },
  };
}

function portsOf(state: ReadingStores & StateDirectory) {
  const { objects, ledger, clock, sha256, deployment } = state;
  return { objects, ledger, clock, sha256, deployment };
}
