/** A gateway in memory with a rollout at half of its way, and agents that ask it without a network. */
import { MemoryAgentDirectory } from "@tau-edge/adapter-memory";
import { importAgentKey } from "@tau-edge/adapter-webcrypto";
import { type Access, type AccessEvent, makeAccess } from "@tau-edge/control";
import { encodeUtf8 } from "@tau-edge/encoding";
import { type GatewayApp, makeGateway } from "@tau-edge/gateway";
import { type KeyDerivation, makeProofMemory, PORTABLE_KEY_DERIVATION, serverNonces } from "@tau-edge/identity";
import { verifyEd25519 } from "@tau-edge/signature";
import { type MemoryStory, tellInMemory } from "../../../test/runtimes/memory-story.ts";
import { type Agent, type AgentEvent, type AgentOptions, openAgent } from "./agent.ts";
import type { AgentClock, Fetch } from "./platform.ts";

export const GATEWAY = "http://localhost:8787";
export const PLACE = ["dev", "shop"] as const;
const OWNER = { actor: { kind: "token", id: "owner" } } as const;

const QUICK_DERIVATION: KeyDerivation = {
  ...PORTABLE_KEY_DERIVATION,
  scrypt: (passphrase, salt, { N, r, p, dkLen }) =>
    PORTABLE_KEY_DERIVATION.hkdfSha256(passphrase, salt, encodeUtf8(`${N} ${r} ${p}`), dkLen),
};

const HEARD_OF_MS = 2_000;

/** Exports `add`, and `boom`, which traps. The name tells modules apart. */
export function addingModule(name: string): Uint8Array<ArrayBuffer> {
  const text = [...encodeUtf8(name)];
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 10, 2, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 0],
    ...[3, 3, 2, 0, 1],
    ...[7, 14, 2, 3, ...encodeUtf8("add"), 0, 0, 4, ...encodeUtf8("boom"), 0, 1],
    ...[10, 13, 2, 7, 0, 0x20, 0, 0x20, 1, 0x6a, 0x0b, 3, 0, 0, 0x0b],
    ...[0, text.length + 2, 1, 0x6e, ...text],
  );
}

/** Time that passes when a test says so. */
export class HandClock implements AgentClock {
  #nowMs: number;
  readonly #sleepers = new Set<{ readonly untilMs: number; wake(): void }>();
  readonly #beside: { advance(ms: number): void } | undefined;

  /** @param beside goes with it */
  constructor(startUnixMs: number, beside?: { advance(ms: number): void }) {
    this.#nowMs = startUnixMs;
    this.#beside = beside;
  }

  nowUnixMs = (): number => this.#nowMs;
  monotonicMs = (): number => this.#nowMs;

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const sleeper = { untilMs: this.#nowMs + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      const end = () => {
        this.#sleepers.delete(sleeper);
        resolve();
      };
      if (signal?.aborted === true) end();
      signal?.addEventListener("abort", end);
    });

  /** How long the next one sleeps, or undefined where nobody does. */
  get nextMs(): number | undefined {
    const [first] = [...this.#sleepers].map(({ untilMs }) => untilMs).sort((a, b) => a - b);
    return first === undefined ? undefined : first - this.#nowMs;
  }

  /** Whoever follows has done what there was to do, and sleeps again. Keys work on other threads, so this is waited for. */
  async asleep(): Promise<void> {
    for (let tries = 0; !(this.nextMs !== undefined && this.nextMs < NEVER_MS / 2); tries++) {
      if (tries > 10_000) throw new Error("nobody sleeps");
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Time passes, and whoever follows makes a turn. */
  async turn(ms: number): Promise<void> {
    await this.advance(ms);
    await this.asleep();
  }

  async advance(ms: number): Promise<void> {
    this.#nowMs += ms;
    this.#beside?.advance(ms);
    for (const sleeper of this.#sleepers) {
      if (sleeper.untilMs > this.#nowMs) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    await settled();
  }
}

/** A pause that is longer than any that an agent makes while it follows; for what is to stay out of the way. */
export const NEVER_MS = 1e9;

/** Everything that is under way without a clock or a key is done. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

export type Tamper = (path: string, response: Response) => Response | Promise<Response>;

export interface Watched {
  readonly agent: Agent;
  readonly seen: readonly AgentEvent[];
}

export class World {
  readonly story: MemoryStory;
  readonly clock: HandClock;
  readonly directory = new MemoryAgentDirectory();
  readonly access: Access;
  readonly events: AccessEvent[] = [];
  readonly app: GatewayApp;
  /** Method and path of each request, in order. */
  readonly asked: string[] = [];
  /** Stands between agents and the gateway. */
  tamper: Tamper | undefined;

  constructor(story: MemoryStory) {
    this.story = story;
    const { ledger, objects } = story.stores;
    const clock = new HandClock(story.stores.clock.nowUnixMs(), story.stores.clock);
    const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));
    const { directory } = this;
    this.clock = clock;
    this.access = makeAccess(
      {
        ...{ directory, ledger, clock, randomBytes, derivation: QUICK_DERIVATION, openSigner: importAgentKey },
        onEvent: (event) => this.events.push(event),
      },
      {
        ...{ network: "tau-prod", loopback: true },
        configured: () => ({ owner: { kind: "token", secret: "owner-token-of-the-configuration-0001" } }),
      },
    );
    this.app = makeGateway(
      {
        ...{ objects, ledger, clock, randomBytes, rollouts: story.access },
        agents: {
          ...{ access: this.access, directory },
          proofs: makeProofMemory(serverNonces(randomBytes(32), "test")),
          verify: (signature, message, publicKey) => verifyEd25519(signature, message, publicKey).ok,
        },
      },
      { allowedHosts: ["localhost"] },
    );
  }

  readonly fetch: Fetch = async (url, init) => {
    const path = url.slice(GATEWAY.length);
    this.asked.push(`${init.method ?? "GET"} ${path}`);
    // As a network would be when the request was given up.
    init.signal?.throwIfAborted();
    const response = await this.app.request(url, init);
    return this.tamper === undefined ? response : this.tamper(path, response);
  };

  async link(changes: { readonly scopes?: readonly string[] } = {}): Promise<string> {
    const made = await this.access.createLink({ ...OWNER, gateway_url: GATEWAY, subject: "browser-agent", ...changes });
    if (made.outcome === "refused") throw new Error(made.code);
    return made.url;
  }

  async agent(options: Partial<AgentOptions> = {}): Promise<Watched> {
    const seen: AgentEvent[] = [];
    const { fetch, clock } = this;
    const agent = await openAgent({
      ...{ gateway: GATEWAY, fetch, clock, chance: () => 0.5, onEvent: (event) => void seen.push(event) },
      ...options,
    });
    return { agent, seen };
  }

  /** One that is in. */
  async member(options: Partial<AgentOptions> = {}): Promise<Watched> {
    const watched = await this.agent(options);
    await watched.agent.bootstrap(await this.link());
    return watched;
  }

  async revoke(did: string | undefined): Promise<void> {
    const revoked = await this.access.revokeAgent({ ...OWNER, did: did ?? "" });
    if (revoked.outcome === "refused") throw new Error(revoked.code);
    await this.#heardOf();
  }

  async rotate(): Promise<void> {
    const rotated = await this.access.rotate({ ...OWNER, scope: ["links", "tokens"] });
    if (rotated.outcome === "refused") throw new Error(rotated.code);
    await this.#heardOf();
  }

  /** It is done as by another process, of which the gateway hears within a moment. */
  #heardOf(): Promise<void> {
    return this.clock.advance(HEARD_OF_MS);
  }
}

export async function openWorld(): Promise<World> {
  return new World(await tellInMemory(1_767_225_600_000, (name) => ({ bytes: addingModule(name) })));
}
