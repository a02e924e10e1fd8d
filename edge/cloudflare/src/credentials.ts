/** Who may come in, on Workers: variables and secrets in the place of a configuration file, Durable Objects in that of files. */
import {
  type AgentDirectoryDurableObject,
  DurableAgentDirectory,
  DurableProofMemory,
  type LedgerDurableObject,
} from "@tau-edge/adapter-cloudflare";
import { importAgentKey, openLiveVerifier } from "@tau-edge/adapter-webcrypto";
import { sha256 } from "@tau-edge/encoding";
import {
  type AuthVariables,
  type GatewayLog,
  type GatewayPorts,
  openAgentServices,
  readTokens,
  settingsOf,
  settingsWords,
} from "@tau-edge/gateway";
import { PORTABLE_KEY_DERIVATION } from "@tau-edge/identity";
import type { LedgerStore, LiveVerify } from "@tau-edge/ports";

/** Secrets and variables; `wrangler secret put NAME` for what is secret. */
export interface CredentialBindings extends AuthVariables {
  readonly LEDGER: DurableObjectNamespace<LedgerDurableObject>;
  readonly AGENTS: DurableObjectNamespace<AgentDirectoryDurableObject>;
  readonly TAU_EDGE_TOKENS?: string;
  /** What clients reach the gateway under; without it, links in answers are paths, and no agent can come in. */
  readonly PUBLIC_BASE_URL?: string;
  /** Of the payloads of agents. */
  readonly NETWORK?: string;
  /** `anyone`, unless it says `agents`. */
  readonly READERS?: string;
  /** With commas between them. */
  readonly ORIGINS?: string;
}

export interface Credentials {
  readonly ports: Pick<GatewayPorts, "tokens" | "settings" | "agents">;
  /** Forgets what expired, at most once a minute. */
  keepUp(): Promise<void>;
}

/** Keys of agents that are remembered as good; about 1 KB each. */
const LIVE_KEYS_MAX = 1_024;
const KEEP_UP_MS = 60_000;

/** @throws ListenError `usage` for variables that cannot be used */
export function credentialsOf(bindings: CredentialBindings, ledger: LedgerStore, log: GatewayLog): Credentials {
  const { AGENTS, PUBLIC_BASE_URL, NETWORK, READERS, ORIGINS, TAU_EDGE_TOKENS } = bindings;
  const { network, ...words } = settingsWords({ NETWORK, READERS, ORIGINS });
  const settings = settingsOf({ auth: words }, bindings, sha256);
  const directory = new DurableAgentDirectory(AGENTS);
  const clock = { nowUnixMs: () => Date.now() };
  const agents = openAgentServices(
    { directory, ledger, clock },
    {
      derivation: PORTABLE_KEY_DERIVATION,
      verify: verifyLater(),
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      openSigner: importAgentKey,
    },
    {
      network: network ?? "tau-edge",
      loopback: false,
      ...(PUBLIC_BASE_URL === undefined ? {} : { public_base_url: PUBLIC_BASE_URL }),
      configured: () => settings,
    },
    log,
  );
  let kept_unix_ms = 0;
  return {
    ports: {
      tokens: readTokens(TAU_EDGE_TOKENS, sha256),
      settings: () => settings,
      // One memory for all isolates: a proof that one has seen counts in none.
      agents: { ...agents, proofs: new DurableProofMemory(AGENTS) },
    },
    async keepUp() {
      const now = clock.nowUnixMs();
      if (now - kept_unix_ms < KEEP_UP_MS) return;
      kept_unix_ms = now;
      await directory
        .forgetExpired(now)
        .catch((error: unknown) => log({ request_id: "upkeep", code: "upkeep_failed", error }));
    },
  };
}

/** Its self-test waits for the first proof: a Worker may do nothing before its first request. */
function verifyLater(): LiveVerify {
  let opened: Promise<LiveVerify> | undefined;
  return async (signature, message, publicKey) => {
    opened ??= openLiveVerifier({ keysMax: LIVE_KEYS_MAX }).then(({ verify }) => verify);
    return (await opened)(signature, message, publicKey);
  };
}
