/** One disk, one clock, one source of chance, and as many processes as a test opens over them. */
import {
  Faults,
  ManualClock,
  MemoryAgentDirectory,
  MemoryAgents,
  MemoryLedgerStore,
  SeededChance,
} from "@tau-edge/adapter-memory";
import { importAgentKey } from "@tau-edge/adapter-webcrypto";
import { encodeUtf8, sha256, toHex } from "@tau-edge/encoding";
import {
  didKeyOf,
  jwkThumbprint,
  type KeyDerivation,
  PORTABLE_KEY_DERIVATION,
  readBootstrapLink,
} from "@tau-edge/identity";
import type { StoredRecord } from "@tau-edge/ledger";
import type { StoredRow } from "@tau-edge/ports";
import { ed25519PublicKey } from "@tau-edge/signature";
import type { Access, AccessConfig, AccessEvent, ConfiguredCredentials } from "./access.ts";
import type { AccessGrant, ExchangeLink } from "./access-acts.ts";
import { makeAccess } from "./make-access.ts";

export const GATEWAY = "https://gw.example";
export const ADMIN = { actor: { kind: "token", id: "owner" } } as const;
export const OWNER_TOKEN = "owner-token-of-the-configuration-0001";

/** scrypt's inputs and outputs without its cost: what it is good for has tests of its own. */
export const QUICK_DERIVATION: KeyDerivation = {
  ...PORTABLE_KEY_DERIVATION,
  scrypt: (passphrase, salt, { N, r, p, dkLen }) =>
    PORTABLE_KEY_DERIVATION.hkdfSha256(passphrase, salt, encodeUtf8(`${N} ${r} ${p}`), dkLen),
};

export interface AgentKey {
  readonly did: string;
  readonly jkt: string;
}

/** @param nth any byte */
export function agentKey(nth: number): AgentKey {
  const publicKey = ed25519PublicKey(new Uint8Array(32).fill(nth));
  return { did: didKeyOf(publicKey).did, jkt: jwkThumbprint(publicKey, sha256) };
}

export interface Process {
  readonly access: Access;
  readonly directory: MemoryAgentDirectory;
  readonly ledger: MemoryLedgerStore;
  readonly events: AccessEvent[];
}

export class World {
  readonly clock = new ManualClock();
  readonly agents = new MemoryAgents();
  readonly rows = new Map<string, StoredRow[]>();
  readonly chance: SeededChance;
  /** Everything that chance gave: whatever is secret is among it. */
  readonly drawn: Uint8Array[] = [];
  configured: ConfiguredCredentials = { owner: { kind: "token", secret: OWNER_TOKEN } };

  constructor(seed = 5) {
    this.chance = new SeededChance(seed);
  }

  open(changes: Partial<AccessConfig> = {}, faults = new Faults()): Process {
    const directory = new MemoryAgentDirectory({ stored: this.agents, faults });
    const ledger = new MemoryLedgerStore({ rows: this.rows, faults });
    const events: AccessEvent[] = [];
    const access = makeAccess(
      {
        ...{ directory, ledger, clock: this.clock, derivation: QUICK_DERIVATION, openSigner: importAgentKey },
        randomBytes: (count) => this.#draw(count),
        onEvent: (event) => events.push(event),
      },
      {
        ...{ network: "tau-prod", loopback: false, public_base_url: GATEWAY },
        configured: () => this.configured,
        ...changes,
      },
    );
    return { access, directory, ledger, events };
  }

  async records(): Promise<readonly StoredRecord[]> {
    return new MemoryLedgerStore({ rows: this.rows }).read("system", 0, 256);
  }

  async types(): Promise<readonly string[]> {
    return (await this.records()).map(({ record }) => record.type);
  }

  #draw(count: number): Uint8Array {
    const bytes = Uint8Array.from({ length: count }, () => this.chance.below(256));
    this.drawn.push(Uint8Array.from(bytes));
    return bytes;
  }
}

export interface OpenLink {
  readonly link_id: string;
  readonly secret: string;
  readonly pin?: string;
}

export async function invite(access: Access, changes: { readonly expected_did?: string } = {}): Promise<OpenLink> {
  const made = await access.createLink({ ...ADMIN, gateway_url: GATEWAY, subject: "browser-agent", ...changes });
  if (made.outcome === "refused") throw new Error(made.code);
  return readBootstrapLink(made.url);
}

export function showing(link: OpenLink, key: AgentKey, changes: Partial<ExchangeLink> = {}): ExchangeLink {
  const { link_id, secret } = link;
  return { link_id, secret, ...key, jti: "jti-0001-0001-0001", gateway_url: GATEWAY, ...changes };
}

/** Invited and let in. */
export async function letIn(access: Access, key: AgentKey): Promise<AccessGrant> {
  const result = await access.exchange(showing(await invite(access), key));
  if (result.outcome === "refused") throw new Error(result.code);
  return result.grant;
}

export async function renewed(access: Access, key: AgentKey) {
  return access.renew({ ...key, jti: "jti-0002-0002-0002", gateway_url: GATEWAY });
}

export function hashOf(token: string): Uint8Array {
  return sha256(encodeUtf8(token));
}

export function verifierOf(token: string): string {
  return toHex(hashOf(token));
}
