/** A session for the owner's password. Costs a stretching of the password, so few may ask and few at once. */
import { SCOPES } from "@tau-edge/control";
import { z } from "zod";
import { CHALLENGE } from "../credentials/authenticate.ts";
import { countTry } from "../credentials/rates.ts";
import { LIMITS } from "../limits.ts";
import { ACCESS_READ_PROBLEMS } from "../problems/problem-sets.ts";
import { openPostRoute } from "../request/post-route.ts";
import type { Call } from "../route.ts";

export const SessionSchema = z.strictObject({
  password: z.string().min(1).max(LIMITS.password_chars_max),
});

export const SessionTokenSchema = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int().meta({ description: "Seconds; ends sooner with a rotation, and with this process" }),
  scope: z.string().meta({ description: "Words with a space between them" }),
});

export const sessionRoute = openPostRoute({
  path: "/v1/session",
  operationId: "beginSession",
  summary: "A bearer token for an hour, for the gateway's password",
  audience: "operators",
  body: { schema: SessionSchema, name: "Session", bytesMax: LIMITS.access_bytes_max },
  answers: { 200: { description: "The token", content: { "application/json": { schema: "SessionToken" } } } },
  problems: [
    "session_invalid",
    "rate_limited",
    "too_busy",
    "origin_not_allowed",
    "not_supported_here",
    ...ACCESS_READ_PROBLEMS,
  ],
  // What is refused here costs nothing, whoever asks how often.
  before: (call) =>
    call.services.access === undefined
      ? call.problem("not_supported_here")
      : countTry(call, call.services.rates.sessions),
  async answer(call, { password }) {
    const { busy } = call.services.sessions;
    if (busy.stretching >= LIMITS.sessions_made_max) return call.problem("too_busy");
    busy.stretching += 1;
    try {
      return await begin(call, password);
    } finally {
      busy.stretching -= 1;
    }
  },
});

async function begin(call: Call, password: string): Promise<Response> {
  const { access, sessions, settings, clock } = call.services;
  if (access === undefined) return call.problem("not_supported_here");
  await access.keepSettled();
  // Before the password is looked at: a rotation meanwhile ends the session with it.
  const ground = { epoch: await access.epoch(), owner_generation: settings().owner_generation };
  if (!(await access.isOwner("password", password))) {
    return call.problem("session_invalid", { headers: { "www-authenticate": CHALLENGE } });
  }
  const access_token = sessions.begin(ground, clock.nowUnixMs());
  const expires_in = LIMITS.session_ms / 1_000;
  return call.json(200, { access_token, token_type: "Bearer", expires_in, scope: SCOPES.join(" ") });
}
