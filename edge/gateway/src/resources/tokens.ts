/** Operator tokens that are made while the gateway runs: two for each name, so that whoever uses one can change over. */
import { z } from "zod";
import { authorize } from "../credentials/authorize.ts";
import { LIMITS } from "../limits.ts";
import { answerRefused } from "../problems/access-problems.ts";
import { ACCESS_READ_PROBLEMS, OPERATOR_PROBLEMS } from "../problems/problem-sets.ts";
import { accessRoute } from "../request/access-route.ts";
import type { Route } from "../route.ts";

const textSchema = z.string().max(LIMITS.access_text_chars_max);
const slotSchema = z.enum(["current", "next"]);

export const CreateTokenSchema = z.strictObject({
  name: textSchema.meta({ description: "Who acts with it: one person, one machine" }),
  scopes: z.array(textSchema).max(LIMITS.access_scopes_max),
  expires_in_s: z.int().exactOptional().meta({ description: "60 to 31,622,400; without it, the token has no end" }),
});

export const CreatedTokenSchema = z.object({
  schema_version: z.literal(1),
  token: z.string().meta({ description: "It is told this once" }),
  name: z.string(),
  slot: slotSchema.meta({ description: "`next`: the name had one before, and both are good" }),
  scopes: z.array(z.string()),
  expires_unix_ms: z.int().optional(),
});

export const TokenListSchema = z.object({
  schema_version: z.literal(1),
  tokens: z.array(
    z.object({
      name: z.string(),
      slot: slotSchema,
      scopes: z.array(z.string()),
      created_unix_ms: z.int(),
      expires_unix_ms: z.int().optional(),
      created_by: z.string(),
    }),
  ),
});

export const RevokeTokenSchema = z.strictObject({
  name: textSchema,
  slot: z
    .enum(["current", "next", "both"])
    .exactOptional()
    .meta({ description: "Both where it is left out; without `current`, `next` takes its place" }),
});

export const RevokedTokensSchema = z.object({ schema_version: z.literal(1), revoked: z.int().min(1) });

export const tokensRoute: Route = {
  method: "GET",
  path: "/v1/tokens",
  operationId: "listTokens",
  summary: "Operator tokens by name, without the tokens themselves",
  audience: "operators",
  scope: "admin",
  answers: { 200: { description: "All of them", content: { "application/json": { schema: "TokenList" } } } },
  problems: [...OPERATOR_PROBLEMS, ...ACCESS_READ_PROBLEMS],
  async answer(call) {
    const who = await authorize(call, "admin");
    if (who instanceof Response) return who;
    const { access } = call.services;
    if (access === undefined) return call.problem("not_supported_here");
    // Member by member: what the directory may have one day besides is not shown because it is there.
    const tokens = (await access.listTokens()).map(({ name, slot, scopes, created_unix_ms, created_by, ...row }) => {
      const { expires_unix_ms } = row;
      const end = expires_unix_ms === undefined ? {} : { expires_unix_ms };
      return { name, slot, scopes, created_unix_ms, created_by, ...end };
    });
    return call.json(200, { schema_version: 1, tokens });
  },
};

export const createTokenRoute = accessRoute({
  path: "/v1/tokens",
  operationId: "createToken",
  summary: "Makes an operator token; the second of a name is its next one",
  scope: "admin",
  body: { schema: CreateTokenSchema, name: "CreateToken" },
  answers: { 201: { description: "The token", content: { "application/json": { schema: "CreatedToken" } } } },
  problems: [
    "token_name_malformed",
    "scope_missing",
    "scope_unknown",
    "token_expiry_out_of_range",
    "token_slots_taken",
    "tokens_full",
  ],
  async answer(call, body, { access, act }) {
    const made = await access.createToken({ ...act, ...body });
    if (made.outcome === "refused") return answerRefused(call, made);
    const { token, name, slot, scopes, expires_unix_ms } = made;
    const end = expires_unix_ms === undefined ? {} : { expires_unix_ms };
    return call.json(201, { schema_version: 1, token, name, slot, scopes, ...end });
  },
});

export const revokeTokenRoute = accessRoute({
  path: "/v1/tokens/revoke",
  operationId: "revokeToken",
  summary: "Ends operator tokens of a name",
  scope: "keys:rotate",
  body: { schema: RevokeTokenSchema, name: "RevokeToken" },
  answers: {
    200: { description: "They are no more", content: { "application/json": { schema: "RevokedTokens" } } },
  },
  problems: ["token_unknown"],
  async answer(call, body, { access, act }) {
    const result = await access.revokeToken({ ...act, ...body });
    if (result.outcome === "refused") return answerRefused(call, result);
    return call.json(200, { schema_version: 1, revoked: result.revoked });
  },
});
