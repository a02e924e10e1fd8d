/** Stops a blueprint wherever it runs, and lets it go on. */
import type { CommandOptions, FreezeResult, Freezing } from "@tau-edge/control";
import { environmentNameSchema } from "@tau-edge/rollout";
import { z } from "zod";
import { actorOf, type Principal } from "../credentials/principal.ts";
import { LIMITS } from "../limits.ts";
import { WRITE_PROBLEMS } from "../problems/problem-sets.ts";
import { privilegedPostRoute } from "../request/post-route.ts";
import type { Call } from "../route.ts";
import { answerCommand, CommandQuerySchema, refusedOr } from "./command-answer.ts";
import { blueprintSchema } from "./undos.ts";

export const FreezeSchema = z.strictObject({
  environment: environmentNameSchema,
  blueprint: blueprintSchema,
  reason: z.string().meta({ description: "One to 512 bytes; told to every agent with each answer" }),
});

const SHARED = {
  before: (call: Call) =>
    call.services.rollouts.freezing === undefined ? call.problem("not_supported_here") : undefined,
  query: CommandQuerySchema,
  body: { schema: FreezeSchema, name: "Freeze", bytesMax: LIMITS.command_bytes_max },
  answers: refusedOr("FreezeResult", "Done, or it was so before"),
  problems: ["query_invalid" as const, ...WRITE_PROBLEMS],
};

/** Moves towards safety, so whoever may roll back may do it. */
export const freezeRoute = privilegedPostRoute({
  ...SHARED,
  path: "/v1/freezes",
  operationId: "freeze",
  summary: "From now on nobody is given a release of this blueprint, and whoever runs it is told to stop",
  scope: "rollout:rollback",
  answer: (call, body, who) => answerFreezing(call, who, (freezing, options) => freezing.freeze(body, options)),
});

export const unfreezeRoute = privilegedPostRoute({
  ...SHARED,
  path: "/v1/unfreezes",
  operationId: "unfreeze",
  summary: "Releases a frozen blueprint: everybody gets again what they would have got",
  scope: "rollout:promote",
  answer: (call, body, who) => answerFreezing(call, who, (freezing, options) => freezing.unfreeze(body, options)),
});

function answerFreezing(
  call: Call,
  who: Principal,
  act: (freezing: Freezing, options: CommandOptions) => Promise<FreezeResult>,
): Response | Promise<Response> {
  const freezing = call.services.rollouts.freezing?.(actorOf(who));
  if (freezing === undefined) return call.problem("not_supported_here");
  return answerCommand(call, (options) => act(freezing, options));
}
