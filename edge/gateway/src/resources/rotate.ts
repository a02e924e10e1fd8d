/** Another credential in the place of the one before, and the proof of what is dead now. */
import { ROTATION_SCOPES } from "@tau-edge/control";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { answerRefused } from "../problems/access-problems.ts";
import { accessRoute } from "../request/access-route.ts";

const countSchema = z.int().min(0);

export const RotateSchema = z.strictObject({
  scope: z
    .array(z.enum(ROTATION_SCOPES))
    .max(ROTATION_SCOPES.length)
    .exactOptional()
    .meta({ description: "`credential`, `links` and `tokens` where it is left out" }),
  agents_since: z.iso
    .datetime()
    .exactOptional()
    .meta({ description: "RFC 3339. Agents that registered then or later are revoked; with `agents` alone, all are" }),
  after_incident: z
    .boolean()
    .exactOptional()
    .meta({ description: "Credential and bootstrap key in one transaction, links and tokens with them" }),
  new_password: z
    .string()
    .max(LIMITS.password_chars_max)
    .exactOptional()
    .meta({ description: "Where the owner has a password; otherwise a token is made" }),
});

export const RotatedSchema = z.object({
  schema_version: z.literal(1),
  epoch: countSchema,
  new_token: z.string().optional().meta({ description: "It is told this once" }),
  proof: z.object({
    epoch: countSchema,
    applied: z.boolean(),
    links_voided: countSchema,
    access_tokens_voided: countSchema,
    agents_revoked: countSchema,
    operator_tokens_kept: countSchema,
    credential_replaced: z.boolean().meta({ description: "The one before was tried, and is refused" }),
    bootstrap_key_replaced: z.boolean(),
    sessions_voided: z.literal(true),
  }),
});

export const rotateRoute = accessRoute({
  path: "/v1/admin/rotate",
  operationId: "rotate",
  summary: "Replaces the owner's credential, and voids links, sessions and access tokens",
  scope: "keys:rotate",
  body: { schema: RotateSchema, name: "Rotate" },
  answers: { 200: { description: "Done", content: { "application/json": { schema: "Rotated" } } } },
  problems: [
    "rotation_empty",
    "agents_since_malformed",
    "new_password_missing",
    "new_password_unused",
    "new_password_weak",
    "credential_retired",
    "rotated_meanwhile",
  ],
  async answer(call, { agents_since, ...body }, { access, act, who }) {
    const result = await access.rotate({
      ...act,
      ...body,
      ...(agents_since === undefined ? {} : { agents_since_unix_ms: Date.parse(agents_since) }),
      // Whose credential a rotation in between has ended does not rotate once more with it.
      ...(who.epoch === undefined ? {} : { expected_epoch: who.epoch }),
    });
    if (result.outcome === "refused") return answerRefused(call, result);
    const { epoch, new_token, proof } = result;
    const told = new_token === undefined ? {} : { new_token };
    return call.json(200, { schema_version: 1, epoch, ...told, proof });
  },
});
