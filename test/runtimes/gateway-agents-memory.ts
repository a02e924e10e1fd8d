/** A gateway that lets agents in, without a server: every port in memory, and a clock that the test turns. */
import { randomBytes } from "node:crypto";
import { type ManualClock, MemoryAgentDirectory } from "@tau-edge/adapter-memory";
import { NATIVE_KEY_DERIVATION, nativeSha256 } from "@tau-edge/adapter-node";
import { importAgentKey, openLiveVerifier } from "@tau-edge/adapter-webcrypto";
import { type Access, type AccessEvent, makeAccess } from "@tau-edge/control";
import { type AgentServices, type Fault, type GatewayApp, type GatewayPorts, makeGateway } from "@tau-edge/gateway";
import { makeProofMemory, serverNonces } from "@tau-edge/identity";
import type { AgentDirectory, Stretch } from "@tau-edge/ports";
import type { AgentGateway } from "./gateway-agent.ts";
import { type MemoryStory, tellInMemory } from "./memory-story.ts";

export const MEMORY_BASE = "https://edge.example";
export const MEMORY_OWNER = "owner-".padEnd(48, "x");

export interface AgentsInMemory extends AgentGateway {
  readonly app: GatewayApp;
  readonly ports: GatewayPorts;
  readonly access: Access;
  readonly directory: AgentDirectory;
  readonly clock: ManualClock;
  readonly story: MemoryStory;
  readonly events: AccessEvent[];
  readonly faults: Fault[];
}

export interface MemoryOptions {
  readonly network?: string;
  readonly loopback?: boolean;
  /** A token unless said otherwise. */
  readonly owner?: { readonly kind: "token" | "password"; readonly secret: string };
  readonly stretch?: Stretch;
  /** In the place of a defence. */
  readonly services?: (services: AgentServices) => Partial<AgentServices>;
  /** As the one before, below the use cases. */
  readonly directory?: (directory: AgentDirectory) => Partial<AgentDirectory>;
  readonly ports?: Partial<GatewayPorts>;
}

export async function openAgentsInMemory(options: MemoryOptions = {}): Promise<AgentsInMemory> {
  const story = await tellInMemory(Date.now());
  const { stores } = story;
  const { clock, ledger } = stores;
  const kept = new MemoryAgentDirectory();
  const directory = withReplaced<AgentDirectory>(kept, options.directory?.(kept));
  const events: AccessEvent[] = [];
  const faults: Fault[] = [];
  const owner = options.owner ?? { kind: "token", secret: MEMORY_OWNER };
  const access = makeAccess(
    {
      directory,
      ledger,
      clock,
      derivation: NATIVE_KEY_DERIVATION,
      ...(options.stretch === undefined ? {} : { stretch: options.stretch }),
      randomBytes: (count) => randomBytes(count),
      openSigner: importAgentKey,
      onEvent: (event) => events.push(event),
    },
    {
      network: options.network ?? "tau-mainnet",
      loopback: options.loopback ?? false,
      public_base_url: MEMORY_BASE,
      configured: () => ({ owner }),
    },
  );
  const { verify } = await openLiveVerifier({ keysMax: 1_000 });
  const proofs = makeProofMemory(serverNonces(randomBytes(32), "boot"));
  const services: AgentServices = { access, directory, proofs, verify };
  const ports: GatewayPorts = {
    ...{ objects: stores.objects, ledger, clock, sha256: nativeSha256, rollouts: story.access },
    randomBytes: (count) => randomBytes(count),
    settings: () => ({ owner_generation: 0, readers: "anyone", origins: [], owner }),
    agents: { ...services, ...options.services?.(services) },
    clientAddress: (_env, request) => request.headers.get("x-forwarded-for") ?? undefined,
    onFault: (fault) => faults.push(fault),
    ...options.ports,
  };
  const app = makeGateway(ports, { allowedHosts: ["localhost"], publicBaseUrl: MEMORY_BASE });
  return {
    ...{ app, ports, access, directory, clock, story, events, faults, base: MEMORY_BASE },
    send: async (path, init) => app.request(path, init),
    now_unix_ms: () => clock.nowUnixMs(),
  };
}

/** The same, but for what is replaced. */
export function withReplaced<Port extends object>(port: Port, replaced: Partial<Port> = {}): Port {
  return new Proxy(port, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return Reflect.get(replaced, name);
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
