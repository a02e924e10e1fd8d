/** What a gateway may answer about access. Every field that this program knows is checked. */
import { AGENT_SCOPES, type RotationReport, SCOPE_WORDS, type ScopeWord, type TokenView } from "@tau-edge/control";
import { digestSchema } from "@tau-edge/manifest";
import type { AgentRow, AgentScope, LinkView } from "@tau-edge/ports";
import { z } from "zod";
import { count, environment, ms, text } from "./answer-parts.ts";

const agentScope = z.custom<AgentScope>(
  (value) => AGENT_SCOPES.some((known) => known === value),
  "no scope of an agent",
);
const scopeWord = z.custom<ScopeWord>(
  (value) => SCOPE_WORDS.some((known) => known === value),
  "no scope that is known",
);
const slot = z.enum(["current", "next"]);

const link = z.looseObject({
  link_id: text,
  state: z.enum(["open", "used", "expired", "burned", "revoked", "rotated"]),
  subject: text,
  scopes: z.array(agentScope),
  expected_did: text.exactOptional(),
  created_unix_ms: ms,
  expires_unix_ms: ms,
  created_by: text,
  used_by: text.exactOptional(),
  used_unix_ms: ms.exactOptional(),
  wrong_secrets: count,
  second_uses: count,
}) satisfies z.ZodType<LinkView>;

const agent = z.looseObject({
  did: text,
  subject: text,
  scopes: z.array(agentScope),
  assurance: z.enum(["strong", "dev"]),
  registered_unix_ms: ms,
  renewed_unix_ms: ms,
  revoked_unix_ms: ms.exactOptional(),
  states: z.array(
    z.looseObject({
      environment,
      blueprint: text,
      state: z.enum(["running", "paused"]),
      release: digestSchema.exactOptional(),
      at_unix_ms: ms,
    }),
  ),
}) satisfies z.ZodType<AgentRow>;

const token = z.looseObject({
  name: text,
  slot,
  // What a newer gateway made may have scopes that are not known here.
  scopes: z.array(text),
  created_unix_ms: ms,
  expires_unix_ms: ms.exactOptional(),
  created_by: text,
}) satisfies z.ZodType<TokenView>;

const proof = z.looseObject({
  epoch: count,
  applied: z.boolean(),
  links_voided: count,
  access_tokens_voided: count,
  agents_revoked: count,
  operator_tokens_kept: count,
  credential_replaced: z.boolean(),
  bootstrap_key_replaced: z.boolean(),
  sessions_voided: z.literal(true),
}) satisfies z.ZodType<RotationReport>;

export const ACCESS_ANSWERS = {
  createdLink: z.looseObject({
    link_id: text,
    url: text,
    expires_at: z.iso.datetime(),
    scopes: z.array(agentScope),
  }),
  links: z.looseObject({ links: z.array(link) }),
  revoked: z.looseObject({ outcome: z.enum(["revoked", "unchanged"]) }),
  agents: z.looseObject({ agents: z.array(agent), next_cursor: text.exactOptional() }),
  createdToken: z.looseObject({
    token: text,
    name: text,
    slot,
    scopes: z.array(scopeWord),
    expires_unix_ms: ms.exactOptional(),
  }),
  tokens: z.looseObject({ tokens: z.array(token) }),
  revokedTokens: z.looseObject({ revoked: count }),
  rotated: z.looseObject({ epoch: count, new_token: text.exactOptional(), proof }),
};
