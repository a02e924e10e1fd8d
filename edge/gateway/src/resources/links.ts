/** Invitations for agents: one use, a few minutes, and a secret that is in no answer but the first. */
import { IdentityError } from "@tau-edge/identity";
import type { LinkView } from "@tau-edge/ports";
import { z } from "zod";
import { authorize } from "../credentials/authorize.ts";
import { baseUrlOf } from "../credentials/proof-url.ts";
import { LIMITS } from "../limits.ts";
import { answerRefused } from "../problems/access-problems.ts";
import { ACCESS_READ_PROBLEMS, OPERATOR_PROBLEMS } from "../problems/problem-sets.ts";
import { accessRoute } from "../request/access-route.ts";
import type { Route } from "../route.ts";

const textSchema = z.string().max(LIMITS.access_text_chars_max);

export const CreateLinkSchema = z.strictObject({
  subject: textSchema.meta({ description: "What the agent is for, such as browser-agent" }),
  scopes: z
    .array(textSchema)
    .max(LIMITS.access_scopes_max)
    .exactOptional()
    .meta({ description: "Of status:read, manifest:read, events:write; the last two where it is left out" }),
  ttl_s: z.int().exactOptional().meta({ description: "30 to 600 seconds; 300 where it is left out" }),
  expected_did: textSchema.exactOptional().meta({ description: "Only this did:key may use it" }),
});

export const CreatedLinkSchema = z.object({
  schema_version: z.literal(1),
  link_id: z.string(),
  url: z.string().meta({ description: "With the secret behind `#`. It is told this once" }),
  expires_at: z.string().meta({ description: "RFC 3339" }),
  scopes: z.array(z.string()),
});

export const RevokeLinkSchema = z.strictObject({ link_id: textSchema });

export const RevokedSchema = z.object({
  schema_version: z.literal(1),
  outcome: z.enum(["revoked", "unchanged"]).meta({ description: "`unchanged`: it was at its end before" }),
});

export const LinkListSchema = z.object({
  schema_version: z.literal(1),
  links: z.array(
    z.object({
      link_id: z.string(),
      state: z.enum(["open", "used", "expired", "burned", "revoked", "rotated"]),
      subject: z.string(),
      scopes: z.array(z.string()),
      expected_did: z.string().exactOptional(),
      created_unix_ms: z.int(),
      expires_unix_ms: z.int(),
      created_by: z.string(),
      used_by: z.string().exactOptional().meta({ description: "The DID that it let in" }),
      used_unix_ms: z.int().exactOptional(),
      wrong_secrets: z.int().meta({ description: "Tries with a wrong secret; the fifth burns the link" }),
      second_uses: z.int().meta({ description: "Tries with the right secret by another key: the link has leaked" }),
    }),
  ),
});

export const createLinkRoute = accessRoute({
  path: "/v1/bootstrap/links",
  operationId: "createLink",
  summary: "Makes an invitation for one agent",
  scope: "bootstrap:create",
  body: { schema: CreateLinkSchema, name: "CreateLink" },
  answers: { 201: { description: "The link", content: { "application/json": { schema: "CreatedLink" } } } },
  problems: [
    "public_base_url_missing",
    "link_insecure",
    "subject_malformed",
    "scope_missing",
    "scope_unknown",
    "scope_not_for_agents",
    "ttl_out_of_range",
    "expected_did_malformed",
    "agent_revoked",
    "links_full",
  ],
  async answer(call, body, { access, act }) {
    const gateway_url = baseUrlOf(call);
    if (gateway_url === undefined) return call.problem("public_base_url_missing");
    const made = await access.createLink({ ...act, ...body, gateway_url }).catch(insecure);
    if (made === "link_insecure") return call.problem(made);
    if (made.outcome === "refused") return answerRefused(call, made);
    const { link_id, url, scopes } = made;
    const expires_at = new Date(made.expires_unix_ms).toISOString();
    return call.json(201, { schema_version: 1, link_id, url, expires_at, scopes });
  },
});

function insecure(error: unknown): "link_insecure" {
  if (error instanceof IdentityError && error.code === "link_insecure") return error.code;
  throw error;
}

export const linksRoute: Route = {
  method: "GET",
  path: "/v1/bootstrap/links",
  operationId: "listLinks",
  summary: "Invitations, the latest first, without their secrets",
  audience: "operators",
  scope: "bootstrap:create",
  answers: { 200: { description: "All that are remembered", content: { "application/json": { schema: "LinkList" } } } },
  problems: [...OPERATOR_PROBLEMS, ...ACCESS_READ_PROBLEMS],
  async answer(call) {
    const who = await authorize(call, "bootstrap:create");
    if (who instanceof Response) return who;
    const { access } = call.services;
    if (access === undefined) return call.problem("not_supported_here");
    return call.json(200, { schema_version: 1, links: (await access.listLinks()).map(shown) });
  },
};

/** Member by member: what the directory may have one day besides is not shown because it is there. */
function shown(link: LinkView): LinkView {
  const { link_id, state, subject, scopes, created_unix_ms, expires_unix_ms, created_by } = link;
  const { wrong_secrets, second_uses, expected_did, used_by, used_unix_ms } = link;
  return {
    link_id,
    state,
    subject,
    scopes,
    created_unix_ms,
    expires_unix_ms,
    created_by,
    wrong_secrets,
    second_uses,
    ...(expected_did === undefined ? {} : { expected_did }),
    ...(used_by === undefined ? {} : { used_by }),
    ...(used_unix_ms === undefined ? {} : { used_unix_ms }),
  };
}

export const revokeLinkRoute = accessRoute({
  path: "/v1/bootstrap/links/revoke",
  operationId: "revokeLink",
  summary: "Ends an invitation that nobody used",
  scope: "bootstrap:create",
  body: { schema: RevokeLinkSchema, name: "RevokeLink" },
  answers: { 200: { description: "It lets nobody in", content: { "application/json": { schema: "Revoked" } } } },
  problems: ["link_unknown"],
  async answer(call, { link_id }, { access, act }) {
    const result = await access.revokeLink({ ...act, link_id });
    if (result.outcome === "refused") return answerRefused(call, result);
    return call.json(200, { schema_version: 1, outcome: result.outcome });
  },
});
