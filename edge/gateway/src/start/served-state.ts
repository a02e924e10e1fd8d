/**
 * A state directory as a gateway process has it (Node, Deno): for writing, with a controller that does what is due and
 * credentials that say who may; or for reading, where that is asked for.
 */
import type { RolloutPorts } from "@tau-edge/control";
import { encodeUtf8, toHex } from "@tau-edge/encoding";
import { writeSecretToken } from "@tau-edge/identity";
import type {
  AgentDirectory,
  AgentDirectoryReader,
  DeploymentFactsReader,
  LedgerStore,
  Validator,
} from "@tau-edge/ports";
import type { AuthSettings } from "../credentials/auth-settings.ts";
import type { TokenTable } from "../credentials/tokens.ts";
import { hostOf, isLoopback } from "../http/hosts.ts";
import type { GatewayLog } from "../log.ts";
import type { AgentServices, GatewayPorts } from "../ports.ts";
import type { ReadingStores } from "../rollouts/reading-ports.ts";
import { openRollouts, readRollouts } from "../rollouts/rollout-access.ts";
import { driveRollouts, type RolloutDriver } from "../rollouts/rollout-driver.ts";
import { type KeyPlatform, openAgentServices } from "./agent-services.ts";
import { type AuthSource, withDefaultOwner } from "./auth-source.ts";
import { ListenError, type ListenOptions } from "./listen.ts";
import { type CountedStores, countStores } from "./store-sizes.ts";
import { keepUp, type Upkeep } from "./upkeep.ts";

interface StateDirectory extends Omit<CountedStores, "directory"> {
  readonly deployment: DeploymentFactsReader;
  readonly directory: AgentDirectoryReader;
  close(): Promise<void>;
}

type WritingStores = Omit<RolloutPorts, "catalog" | "streams"> &
  StateDirectory & { readonly ledger: LedgerStore; readonly directory: AgentDirectory };

/** How the platform opens it; one of the two is called, once. */
export interface StateDoors {
  reading(): ReadingStores & StateDirectory;
  writing(): Promise<WritingStores>;
}

export interface ServedState {
  readonly ports: Pick<
    GatewayPorts,
    "objects" | "ledger" | "clock" | "sha256" | "deployment" | "sizes" | "rollouts" | "tokens" | "settings" | "agents"
  >;
  /** Made for this process; to be told once, to whoever started it. */
  readonly token?: string;
  /** Begins to run rollouts, where this process may. */
  drive(): void;
  /** Waits for what the controller is doing. */
  close(): Promise<void>;
}

export interface ServedStateOptions {
  readonly options: ListenOptions;
  readonly tokens: TokenTable;
  readonly auth: AuthSource;
  readonly platform: KeyPlatform;
  readonly log: GatewayLog;
  readonly validator?: Validator | undefined;
}

/**
 * @throws ListenError `no_credentials`, `usage`
 * @throws PortError what opening the state for writing throws
 */
export async function openServedState(doors: StateDoors, how: ServedStateOptions): Promise<ServedState> {
  return how.options.readOnly ? openForReading(doors, how) : openForWriting(doors, how);
}

function openForReading(doors: StateDoors, { tokens, auth, log }: ServedStateOptions): ServedState {
  if (auth.settings().readers === "agents")
    throw new ListenError("usage", "--read-only", "Agents prove who they are to a gateway that writes only", {
      remedy: 'Leave --read-only away, or {"readers": "agents"} in the configuration.',
    });
  const state = doors.reading();
  return {
    ports: { ...portsOf(state), tokens, settings: auth.settings, rollouts: readRollouts(state) },
    drive: () => auth.watch(log),
    close() {
      auth.stop();
      return state.close();
    },
  };
}

async function openForWriting(doors: StateDoors, how: ServedStateOptions): Promise<ServedState> {
  const { options, tokens, auth, platform, log, validator } = how;
  const state = await doors.writing();
  try {
    let settings = auth.settings;
    const agents = openAgentServices(
      state,
      platform,
      accessConfig(options, auth, () => settings()),
      log,
    );
    const token = (await isAnybody(tokens, agents)) ? undefined : tokenFor(options, platform);
    if (token !== undefined) settings = ownedBy(token, auth.settings, platform);
    const rollouts = openRollouts({ ...state, ...(validator === undefined ? {} : { validator }) });
    let driver: RolloutDriver | undefined;
    let upkeep: Upkeep | undefined;
    return {
      ports: { ...portsOf(state), tokens, settings: () => settings(), agents, rollouts },
      ...(token === undefined ? {} : { token }),
      drive() {
        driver ??= driveRollouts({ controller: rollouts.controller, ledger: state.ledger, clock: state.clock, log });
        upkeep ??= keepUp(agents.access, state.directory, state.clock, log);
        auth.watch(log);
      },
      async close() {
        auth.stop();
        await upkeep?.stop();
        await driver?.stop();
        await state.close();
      },
    };
  } catch (error) {
    await state.close();
    throw error;
  }
}

function accessConfig(options: ListenOptions, { network }: AuthSource, settings: () => AuthSettings) {
  const { host, publicBaseUrl } = options;
  // Behind a proxy of this machine, others reach a loopback address.
  const loopback = isLoopback(host) && (publicBaseUrl === undefined || isLoopback(hostOf(publicBaseUrl)));
  return {
    network: network ?? (loopback ? "tau-devnet" : "tau-edge"),
    loopback,
    ...(publicBaseUrl === undefined ? {} : { public_base_url: publicBaseUrl }),
    configured: settings,
  };
}

async function isAnybody(tokens: TokenTable, { access, directory }: AgentServices): Promise<boolean> {
  if (!tokens.empty) return true;
  // What a crash left undone may be the revocation of the last credential.
  await access.settle();
  return (await access.ownerInForce()) !== undefined || (await directory.operatorTokens()).length > 0;
}

/** Nobody guesses it, and it is gone with this process. */
function tokenFor({ host }: ListenOptions, { randomBytes }: KeyPlatform): string {
  if (!isLoopback(host))
    throw new ListenError("no_credentials", host, "Other machines reach this address, and nobody could act here", {
      remedy: "Set TAU_EDGE_GATEWAY_TOKEN=$(openssl rand -hex 32), or add --read-only.",
    });
  return writeSecretToken(toHex(randomBytes(4)), randomBytes(32));
}

function ownedBy(token: string, settings: () => AuthSettings, { derivation }: KeyPlatform): () => AuthSettings {
  const verifier = toHex(derivation.sha256(encodeUtf8(token)));
  return withDefaultOwner(settings, { kind: "token", verifier });
}

function portsOf(state: ReadingStores & StateDirectory) {
  const { objects, ledger, clock, sha256, deployment } = state;
  return { objects, ledger, clock, sha256, deployment, sizes: () => countStores(state) };
}
