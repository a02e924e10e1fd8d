/** Stops a blueprint wherever it runs, and lets it go on. */
import { environmentNameSchema } from "@tau-edge/rollout";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { postRoute } from "../post-route.ts";
import { WRITE_PROBLEMS } from "../problems.ts";
import { answerCommand, CommandQuerySchema, refusedOr } from "./command-answer.ts";
import { blueprintSchema } from "./undos.ts";

export const FreezeSchema = z.strictObject({
  environment: environmentNameSchema,
  blueprint: blueprintSchema,
  reason: z.string().meta({ description: "One to 512 bytes; told to every agent with each answer" }),
});

const SHARED = {
  query: CommandQuerySchema,
  body: { schema: FreezeSchema, name: "Freeze", bytesMax: LIMITS.command_bytes_max },
  answers: refusedOr("FreezeResult", "Done, or it was so before"),
  problems: ["query_invalid" as const, ...WRITE_PROBLEMS],
};

/** Moves towards safety, so whoever may roll back may do it. */
export const freezeRoute = postRoute({
  ...SHARED,
  path: "/v1/freezes",
  operationId: "freeze",
  summary: "From now on nobody is given a release of this blueprint, and whoever runs it is told to stop",
  scope: "rollout:rollback",
  answer: (call, body, rollouts) => answerCommand(call, (options) => rollouts.freeze(body, options)),
});

export const unfreezeRoute = postRoute({
  ...SHARED,
  path: "/v1/unfreezes",
  operationId: "unfreeze",
  summary: "Releases a frozen blueprint: everybody gets again what they would have got",
  scope: "rollout:promote",
  answer: (call, body, rollouts) => answerCommand(call, (options) => rollouts.unfreeze(body, options)),
});
