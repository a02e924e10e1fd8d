/** An agent: who it is at one gateway, what it was given to run, and how that went. */
import { Access, type Introduction } from "./access.ts";
import type { ContentRequest } from "./content.ts";
import { startCoreModule } from "./core-module.ts";
import type { DerivedCode } from "./derived-code.ts";
import { AgentError } from "./errors.ts";
import { type Followed, type FollowHandlers, follow } from "./follow.ts";
import type { VerifySignature } from "./gateway-proof.ts";
import { type KeyStore, memoryKeyStore } from "./key-store.ts";
import { type AgentClock, type Chance, type Fetch, PLATFORM_CLOCK } from "./platform.ts";
import { ProofSender } from "./proof-sender.ts";
import { type ReportCounts, Reports } from "./reports.ts";
import type { ReleaseResolution, Resolution } from "./resolution.ts";
import { type ResolveOptions, Resolver } from "./resolver.ts";
import { type Host, type Outcome, Running } from "./running.ts";
import { fetchVerified, type Verified, type VerifiedStep } from "./verified.ts";
import { platformVerify } from "./verify-signature.ts";

/** Where derived code may run: cut off from the page, its origin and the network. */
export interface Sandbox {
  /** @throws AgentError `sandbox_failed`, `instantiate_failed` */
  start(code: DerivedCode): Promise<Host>;
}

/** What happens, as it happens; for whoever shows it. */
export type AgentEvent =
  /** `key`: it was in before, and proved its key again. */
  | { readonly kind: "introduced"; readonly introduction: Introduction; readonly by: "link" | "key" }
  | { readonly kind: "needs_link" }
  | { readonly kind: "resolved"; readonly resolution: Resolution }
  | { readonly kind: "verified"; readonly step: VerifiedStep }
  | { readonly kind: "reported"; readonly counts: ReportCounts }
  | { readonly kind: "report_failed"; readonly error: AgentError };

export interface AgentOptions {
  /** Base URL, without a slash at its end. */
  readonly gateway: string;
  /** In memory, where it is left out. */
  readonly keys?: KeyStore;
  readonly sandbox?: Sandbox;
  readonly fetch?: Fetch;
  readonly clock?: AgentClock;
  /** For jitter. */
  readonly chance?: Chance;
  /** Loaded when the gateway's proof is to be checked; the platform's verifier where it is left out. */
  verifier?(): Promise<VerifySignature>;
  /** How long a release goes on that the gateway can no longer be asked about; five minutes. */
  readonly silentMsMax?: number;
  /** Pause between two reports; two seconds. */
  readonly reportEveryMs?: number;
  onEvent?(event: AgentEvent): void;
}

export interface RunOptions {
  /** Of a core module. Components get none. */
  readonly imports?: WebAssembly.Imports;
}

export interface FollowOptions extends RunOptions, FollowHandlers {
  readonly versionKey?: string;
}

const SILENT_MS_MAX = 300_000;
const REPORT_EVERY_MS = 2_000;

/**
 * @throws AgentError `store_unusable`
 * @throws TypeError for a gateway that is no base URL
 */
export async function openAgent(options: AgentOptions): Promise<Agent> {
  const { gateway, clock = PLATFORM_CLOCK } = options;
  if (!/^https?:\/\/[^/?#]+(?:\/[^?#]*[^/?#])?$/.test(gateway))
    throw new TypeError("gateway must be a base URL without a slash at its end, a query or a fragment");
  // Called on globalThis: browsers refuse to have it called on anything else.
  const send: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const access = await Access.open({
    gateway,
    clock,
    sender: new ProofSender({ gateway, fetch: send, clock }),
    keys: options.keys ?? memoryKeyStore(),
    verify: async () => (await options.verifier?.()) ?? platformVerify,
    onIntroduced: (introduction, by) => options.onEvent?.({ kind: "introduced", introduction, by }),
    onLost: () => options.onEvent?.({ kind: "needs_link" }),
  });
  return new Agent(options, access, clock);
}

export class Agent {
  readonly #options: AgentOptions;
  readonly #access: Access;
  readonly #clock: AgentClock;
  readonly #chance: Chance;
  readonly #resolver: Resolver;
  readonly #reports: Reports;
  readonly #followed = new Set<Followed>();

  /** See `openAgent`. */
  constructor(options: AgentOptions, access: Access, clock: AgentClock) {
    this.#options = options;
    this.#access = access;
    this.#clock = clock;
    this.#chance = options.chance ?? Math.random;
    this.#resolver = new Resolver({ clock, send: (request) => access.send(request) });
    this.#reports = new Reports({
      clock,
      chance: this.#chance,
      everyMs: options.reportEveryMs ?? REPORT_EVERY_MS,
      send: (request) => access.send(request),
      onCounts: (counts) => options.onEvent?.({ kind: "reported", counts }),
      onError: (error) => options.onEvent?.({ kind: "report_failed", error }),
    });
  }

  get gateway(): string {
    return this.#options.gateway;
  }

  /** Of the key that is kept; undefined before the first link. */
  get did(): string | undefined {
    return this.#access.did;
  }

  /** `registered`: as far as this agent knows; the gateway may have forgotten it since. */
  get standing(): "registered" | "needs_link" {
    return this.#access.registered ? "registered" : "needs_link";
  }

  get reported(): ReportCounts {
    return this.#reports.counts;
  }

  /**
   * Exchanges the link for an identity: makes a key that cannot be exported, proves that it has it, and checks that the
   * gateway is the one that the link names.
   * @throws AgentError
   */
  bootstrap(link: string): Promise<Introduction> {
    return this.#access.bootstrap(link);
  }

  /** Proves the key again, and gets another token; happens by itself where it is needed. */
  renew(): Promise<void> {
    return this.#access.renew();
  }

  /** @throws AgentError */
  async resolve(environment: string, blueprint: string, options: ResolveOptions = {}): Promise<Resolution> {
    const { versionKey = this.did } = options;
    if (versionKey === undefined) throw new AgentError("needs_link");
    const resolution = await this.#resolver.resolve(environment, blueprint, versionKey, options);
    this.#options.onEvent?.({ kind: "resolved", resolution });
    return resolution;
  }

  /**
   * Manifest, artifact and, of a component, the code that was derived from it; every byte is what a digest of the answer
   * names.
   * @throws AgentError
   */
  fetchVerified(resolution: ReleaseResolution, signal?: AbortSignal): Promise<Verified> {
    const send = (request: ContentRequest) => this.#access.send(request);
    return fetchVerified(send, resolution, (step) => this.#options.onEvent?.({ kind: "verified", step }), signal);
  }

  /**
   * Starts what was verified. Its calls, and a start that fails, are reported where the release has a rollout.
   * @throws AgentError
   */
  run(verified: Verified, options: RunOptions = {}): Promise<Running> {
    return this.#run(verified, options, () => verified.resolution);
  }

  /** For what is run elsewhere; `Running` does it by itself. Nothing where the release has no rollout. */
  report({ rollout, release }: ReleaseResolution, outcome: Outcome): void {
    if (rollout !== undefined) this.#reports.note(rollout, release, outcome);
  }

  /** Sends what waits, now. */
  flush(): Promise<void> {
    return this.#reports.flush();
  }

  /** Runs what is answered for as long as it is answered. */
  follow(environment: string, blueprint: string, options: FollowOptions = {}): Followed {
    const { versionKey } = options;
    const followed = follow(
      {
        clock: this.#clock,
        chance: this.#chance,
        silentMsMax: this.#options.silentMsMax ?? SILENT_MS_MAX,
        resolve: (signal, anew) => this.resolve(environment, blueprint, { anew, signal, versionKey }),
        fetch: (resolution, signal) => this.fetchVerified(resolution, signal),
        start: (verified, current) => this.#run(verified, options, current),
        onState: (state, resolution) => this.#noteState(state, resolution),
      },
      options,
    );
    this.#followed.add(followed);
    return followed;
  }

  /** Stops what is followed and sends what waits. */
  async close(): Promise<void> {
    await Promise.all([...this.#followed].map((followed) => followed.stop()));
    await this.#reports.close();
  }

  /** Throws the key away: the gateway will never see this agent again. */
  forget(): Promise<void> {
    return this.#access.forget();
  }

  async #run(verified: Verified, { imports = {} }: RunOptions, current: () => ReleaseResolution): Promise<Running> {
    try {
      const host = await this.#start(verified, imports);
      return new Running(host, this.#clock, (outcome) => this.report(current(), outcome));
    } catch (error) {
      if (error instanceof AgentError && STARTED_BADLY.has(error.code)) this.report(current(), { ok: false });
      throw error;
    }
  }

  #start({ kind, bytes, derived }: Verified, imports: WebAssembly.Imports): Promise<Host> {
    if (kind === "module") return startCoreModule(bytes, imports);
    if (derived === undefined) throw new AgentError("derived_missing");
    const { sandbox } = this.#options;
    if (sandbox === undefined) throw new AgentError("sandbox_missing");
    return sandbox.start(derived);
  }

  #noteState(state: "running" | "paused", resolution: Resolution): void {
    const { environment, blueprint } = resolution;
    const release = resolution.outcome === "release" ? resolution.release : undefined;
    this.#reports.noteState({ environment, blueprint, state, release });
  }
}

/** Faults of the release, not of the platform or of who opened the agent. */
const STARTED_BADLY: ReadonlySet<string> = new Set(["compile_failed", "instantiate_failed"]);
