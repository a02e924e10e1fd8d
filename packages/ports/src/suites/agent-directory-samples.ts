/** Links, proofs and tokens for the suite of the agent directory. */
import type {
  AgentDirectory,
  AgentState,
  ExchangeOutcome,
  ExchangeRequest,
  FoundAccess,
  LinkRow,
  LinkView,
  NewAccess,
  OperatorTokenRow,
} from "../agent-directory.ts";
import { CheckFailed, sampleBytes, type TestRegistrar } from "./check.ts";

export interface AgentDirectoryHarness {
  readonly directory: AgentDirectory;
  /** The same directory, opened as another process would. */
  reopen(): Promise<AgentDirectory>;
  close(): Promise<void>;
}

export type DirectoryTest = (name: string, run: (harness: AgentDirectoryHarness) => Promise<void>) => void;

export function directoryTests(t: TestRegistrar, make: () => Promise<AgentDirectoryHarness>): DirectoryTest {
  return (name, run) =>
    t.test(`agent directory: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
}

export const NOW = 1_767_225_600_000;
export const TTL_MS = 300_000;
export const ACCESS_MS = 900_000;
export const REPEAT_MS = 60_000;
export const TRIES_MAX = 5;
export const LINKS = { open_links_max: 100 };

export function hashOf(seed: number): Uint8Array {
  return sampleBytes(seed, 32);
}

/** What is kept of the nth link's secret. */
export function checkOf(nth: number): Uint8Array {
  return hashOf(1_000 + nth);
}

export function didOf(nth: number): string {
  return `did:key:z6Mk${String(nth).padStart(6, "0")}`;
}

export function linkOf(nth: number, changes: Partial<LinkRow> = {}): LinkRow {
  return {
    link_id: `link-${nth}`,
    check: checkOf(nth),
    subject: `agent-${nth}`,
    scopes: ["manifest:read", "events:write"],
    created_unix_ms: NOW,
    expires_unix_ms: NOW + TTL_MS,
    created_by: "owner",
    ...changes,
  };
}

export function accessOf(seed: number, now_unix_ms: number = NOW): NewAccess {
  return { token_hash: hashOf(seed), expires_unix_ms: now_unix_ms + ACCESS_MS };
}

/** Key `key` shows the right secret of link `link`, and is given the token of `seed`. */
export function exchangeOf(
  link: number,
  key: number,
  seed: number,
  changes: Partial<ExchangeRequest> = {},
): ExchangeRequest {
  return {
    link_id: `link-${link}`,
    check: checkOf(link),
    did: didOf(key),
    jkt: `thumbprint-${key}`,
    assurance: "strong",
    access: accessOf(seed, changes.now_unix_ms),
    now_unix_ms: NOW,
    repeat_ms: REPEAT_MS,
    tries_max: TRIES_MAX,
    agents_max: 1_000,
    ...changes,
  };
}

export const WRONG_SECRET = { check: sampleBytes(999, 32) };

export function renewalOf(key: number, seed: number, now_unix_ms: number = NOW) {
  return { did: didOf(key), jkt: `thumbprint-${key}`, access: accessOf(seed, now_unix_ms), now_unix_ms };
}

/** Lets key `key` in by link `key`, with the token of `seed`. */
export async function register(
  directory: AgentDirectory,
  key: number,
  seed: number = key,
  now_unix_ms: number = NOW,
): Promise<void> {
  const times = { created_unix_ms: now_unix_ms, expires_unix_ms: now_unix_ms + TTL_MS };
  await directory.addLink(linkOf(key, times), LINKS);
  const { outcome } = await directory.exchange(exchangeOf(key, key, seed, { now_unix_ms }));
  if (outcome !== "registered") throw new CheckFailed(`an open link registers its first key, it was ${outcome}`);
}

/** In one word: the outcome, or why not. */
export function said(outcome: ExchangeOutcome): string {
  return outcome.outcome === "refused" ? outcome.reason : outcome.outcome;
}

export async function exchanged(directory: AgentDirectory, request: ExchangeRequest): Promise<string> {
  return said(await directory.exchange(request));
}

export async function linkSeen(directory: AgentDirectory, nth: number, now_unix_ms: number = NOW): Promise<LinkView> {
  const link = (await directory.links(now_unix_ms)).find(({ link_id }) => link_id === `link-${nth}`);
  if (link === undefined) throw new CheckFailed(`link ${nth} is listed`);
  return link;
}

export async function accessFound(directory: AgentDirectory, seed: number): Promise<FoundAccess | undefined> {
  return directory.findAccess(hashOf(seed));
}

/** Which of the tokens are good. */
export async function goodTokens(directory: AgentDirectory, seeds: readonly number[]): Promise<readonly number[]> {
  const found = await Promise.all(seeds.map((seed) => accessFound(directory, seed)));
  return seeds.filter((_, nth) => found[nth] !== undefined);
}

export function operatorOf(name: string, seed: number, changes: Partial<OperatorTokenRow> = {}): OperatorTokenRow {
  return {
    name,
    slot: "current",
    token_hash: hashOf(seed),
    scopes: ["status:read", "rollout:rollback"],
    created_unix_ms: NOW,
    created_by: "owner",
    ...changes,
  };
}

/** As `name slot`, in the order of the list. */
export async function slotsOf(directory: AgentDirectory): Promise<readonly string[]> {
  return (await directory.operatorTokens()).map(({ name, slot }) => `${name} ${slot}`);
}

export function stateOf(blueprint: string, at_unix_ms: number, changes: Partial<AgentState> = {}): AgentState {
  return { environment: "dev", blueprint, state: "running", at_unix_ms, ...changes };
}

/** The same members in one order: adapters list them as it suits them. */
export function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]));
}
