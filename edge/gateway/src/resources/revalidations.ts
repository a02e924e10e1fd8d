/** After a rollback or an abort: a named validation of what goes next. */
import { digestSchema } from "@tau-edge/manifest";
import { environmentNameSchema } from "@tau-edge/rollout";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { WRITE_PROBLEMS } from "../problems/problem-sets.ts";
import { postRoute } from "../request/post-route.ts";
import { answerCommand, COMMAND_ANSWERS, CommandQuerySchema } from "./command-answer.ts";
import { blueprintSchema } from "./undos.ts";

export const RevalidationSchema = z.strictObject({
  environment: environmentNameSchema,
  blueprint: blueprintSchema,
  manifest: digestSchema,
  validation: z.string().min(1).max(128).meta({ description: "`deep`, or `profile:<id>` of a built-in profile" }),
});

export const revalidationRoute = postRoute({
  path: "/v1/revalidations",
  operationId: "revalidate",
  summary: "Runs a validation on a manifest, and records what it said",
  scope: "manifest:write",
  query: CommandQuerySchema,
  body: { schema: RevalidationSchema, name: "Revalidation", bytesMax: LIMITS.command_bytes_max },
  answers: COMMAND_ANSWERS,
  problems: ["query_invalid", ...WRITE_PROBLEMS],
  answer: (call, body, rollouts) => answerCommand(call, (options) => rollouts.revalidate(body, options)),
});
