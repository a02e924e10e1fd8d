/** What somebody may do, in words that do not overlap, and the older words, each of which is a set of them. */
import type { AgentScope } from "@tau-edge/ports";

export const SCOPES = [
  "status:read",
  "manifest:read",
  "manifest:write",
  "rollout:plan",
  "rollout:promote",
  "rollout:rollback",
  "events:write",
  "bootstrap:create",
  "keys:rotate",
  "admin",
] as const;
export type Scope = (typeof SCOPES)[number];

/** Nothing else can be asked for an agent. */
export const AGENT_SCOPES: readonly AgentScope[] = ["status:read", "manifest:read", "events:write"];

/** Of a link that does not say which. */
export const LINK_SCOPES: readonly AgentScope[] = ["manifest:read", "events:write"];

/**
 * `operate-safe`: what moves towards safety, and what only operators may see. `operate`: every command. `report`:
 * observations, which promote and roll back (decisions 19).
 */
const SCOPE_SETS = {
  "operate-safe": ["status:read", "rollout:rollback"],
  operate: ["status:read", "manifest:read", "manifest:write", "rollout:plan", "rollout:promote", "rollout:rollback"],
  report: ["events:write"],
} as const satisfies Readonly<Record<string, readonly Scope[]>>;

export type ScopeWord = Scope | keyof typeof SCOPE_SETS;

/** Every word that a list of scopes may have. */
export const SCOPE_WORDS: readonly ScopeWord[] = [...SCOPES, "operate-safe", "operate", "report"];

const MEANINGS: ReadonlyMap<string, readonly Scope[]> = new Map<string, readonly Scope[]>([
  ...SCOPES.map((scope) => [scope, scope === "admin" ? SCOPES : [scope]] as const),
  ...Object.entries(SCOPE_SETS),
]);

/** @param words one that nobody knows, from a store that a newer program wrote, allows nothing */
export function scopesOf(words: readonly string[]): ReadonlySet<Scope> {
  return new Set(words.flatMap((word) => MEANINGS.get(word) ?? []));
}

export function isScopeWord(word: string): word is ScopeWord {
  return SCOPE_WORDS.some((known) => known === word);
}

export function isAgentScope(word: string): word is AgentScope {
  return AGENT_SCOPES.some((known) => known === word);
}
