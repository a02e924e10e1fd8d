/** Links, agents, tokens and rotations, for people. */
import type { TokenView } from "@tau-edge/control";
import type { AgentRow, LinkView } from "@tau-edge/ports";
import type { LinkReport } from "../verbs/access/links.ts";
import type { RotatedReport } from "../verbs/access/rotate.ts";
import type { TokenReport } from "../verbs/access/tokens.ts";
import { columns, type Paint, plural, printable, shellWord } from "./text.ts";
import { instant, instantFromNow } from "./time.ts";

export function renderLink(report: LinkReport, paint: Paint, flags: string, now_unix_ms: number): string {
  const { url, link_id, subject, scopes, expires_at } = report;
  const rows = [
    ["subject", printable(subject)],
    ["scopes", scopes.join(", ")],
    ["expires", instantFromNow(Date.parse(expires_at), now_unix_ms)],
  ];
  if (url === undefined || link_id === undefined) return `would make a link; nothing was written\n${columns(rows)}`;
  const ends = `tau-edge bootstrap revoke ${shellWord(link_id)}${flags}`;
  const warning =
    "This link is a secret and shown this once: whoever uses it first is let in. Give it to one agent, over a\n" +
    `channel that you would trust with a password. To end it: ${ends}\n`;
  return `${printable(url)}\n${columns(rows)}${paint("yellow", warning)}`;
}

export function renderLinks(links: readonly LinkView[], paint: Paint, now_unix_ms: number): string {
  if (links.length === 0) return "There is no link. `tau-edge bootstrap link` makes one\n";
  const rows = links.map((link) => [
    printable(link.link_id),
    link.state,
    printable(link.subject),
    link.scopes.join(", "),
    instantFromNow(link.expires_unix_ms, now_unix_ms),
    printable(linkNotes(link)),
  ]);
  const leaked = links.some(({ second_uses }) => second_uses > 0);
  const alarm = 'A link was used again by another key: it leaked. See docs/agents.md, "After an incident".\n';
  return (
    columns([["link", "state", "subject", "scopes", "expires", ""], ...rows], "") + (leaked ? paint("red", alarm) : "")
  );
}

function linkNotes({ used_by, expected_did, wrong_secrets, second_uses, created_by }: LinkView): string {
  return [
    `by ${created_by}`,
    ...(used_by === undefined ? [] : [`used by ${used_by}`]),
    ...(expected_did === undefined ? [] : [`for ${expected_did}`]),
    ...(wrong_secrets === 0 ? [] : [plural(wrong_secrets, "wrong secret")]),
    ...(second_uses === 0 ? [] : [`used again ${plural(second_uses, "time")}`]),
  ].join(", ");
}

interface Revoked {
  readonly outcome: "revoked" | "unchanged";
  readonly dry_run: boolean;
}

/** @param what such as `the link` */
export function renderRevoked(what: string, { outcome, dry_run }: Revoked, _paint: Paint): string {
  if (outcome === "unchanged") return "it was at its end before; nothing changed\n";
  return dry_run ? `would end ${what}; nothing was written\n` : `ended ${what}\n`;
}

export function renderAgents(agents: readonly AgentRow[], _paint: Paint, now_unix_ms: number): string {
  if (agents.length === 0) return "There is no agent. `tau-edge bootstrap link` invites one\n";
  const rows = agents.map((agent) => [
    printable(agent.did),
    printable(agent.subject),
    agent.scopes.join(", "),
    instant(agent.registered_unix_ms),
    instantFromNow(agent.renewed_unix_ms, now_unix_ms),
    printable(agentNotes(agent)),
  ]);
  return columns([["agent", "subject", "scopes", "registered", "last token", ""], ...rows], "");
}

function agentNotes({ assurance, revoked_unix_ms, states }: AgentRow): string {
  return [
    ...(revoked_unix_ms === undefined ? [] : [`revoked ${instant(revoked_unix_ms)}`]),
    ...(assurance === "dev" ? ["dev: its key can be guessed"] : []),
    ...states.map(({ environment, blueprint, state }) => `says ${state} ${environment}/${blueprint}`),
  ].join(", ");
}

export function renderToken(report: TokenReport, paint: Paint, now_unix_ms: number): string {
  const { token, token_file, name, slot, scopes, expires_unix_ms, dry_run } = report;
  const rows = [
    ["name", printable(name)],
    ["slot", slot === "next" ? "next: the current one is good, too, until it is revoked" : "current"],
    ["scopes", scopes.join(", ")],
    ["expires", expires_unix_ms === undefined ? "never" : instantFromNow(expires_unix_ms, now_unix_ms)],
  ];
  if (dry_run) return `would make a token; nothing was written\n${columns(rows)}`;
  if (token === undefined) return `written to ${printable(token_file ?? "")}\n${columns(rows)}`;
  return `${printable(token)}\n${columns(rows)}${paint("yellow", "The token is a secret and shown this once.\n")}`;
}

export function renderTokens(tokens: readonly TokenView[], _paint: Paint, now_unix_ms: number): string {
  if (tokens.length === 0) return "No token was made here. `tau-edge token create --help`\n";
  const rows = tokens.map(({ name, slot, scopes, created_unix_ms, created_by, expires_unix_ms }) => [
    printable(name),
    slot,
    printable(scopes.join(", ")),
    instant(created_unix_ms),
    expires_unix_ms === undefined ? "never" : instantFromNow(expires_unix_ms, now_unix_ms),
    printable(`by ${created_by}`),
  ]);
  return columns([["token", "slot", "scopes", "created", "expires", ""], ...rows], "");
}

export function renderEndedTokens(
  report: { readonly revoked: number; readonly dry_run: boolean },
  _paint: Paint,
): string {
  const { revoked, dry_run } = report;
  return dry_run
    ? `would end ${plural(revoked, "token")}; nothing was written\n`
    : `ended ${plural(revoked, "token")}\n`;
}

export function renderRotation({ new_token, token_file, dry_run, proof }: RotatedReport, paint: Paint): string {
  const { credential_replaced, bootstrap_key_replaced, links_voided, access_tokens_voided, agents_revoked } = proof;
  const dead = [
    ["credential", credential_replaced === true ? `the one before${dry_run ? "" : ": tried, and refused"}` : "kept"],
    ["bootstrap key", bootstrap_key_replaced === true ? "the one before" : "kept"],
    ["sessions", "all"],
    ["open links", String(links_voided ?? 0)],
    ["access tokens", access_tokens_voided === undefined ? "all, if they are named" : String(access_tokens_voided)],
    ["agents", String(agents_revoked ?? 0)],
  ];
  const kept = plural(proof.operator_tokens_kept ?? 0, "operator token");
  const secret = new_token === undefined ? "" : `${printable(new_token)}\n${paint("yellow", TOKEN_NOTE)}`;
  const file = token_file === undefined ? "" : `the new token is in ${printable(token_file)}\n`;
  const head = dry_run ? "would be dead; nothing was written:" : `dead since epoch ${proof.epoch ?? 0}:`;
  return `${secret}${file}${head}\n${columns(dead)}alive: ${kept}, and agents that were not revoked: they prove their keys again\n`;
}

const TOKEN_NOTE = "The new token is a secret and shown this once.\n";
