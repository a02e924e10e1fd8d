/** Back to a release that was committed before. */
import { isStreamId } from "@tau-edge/ledger";
import { digestSchema } from "@tau-edge/manifest";
import { environmentNameSchema } from "@tau-edge/rollout";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { WRITE_PROBLEMS } from "../problems/problem-sets.ts";
import { postRoute } from "../request/post-route.ts";
import { answerCommand, COMMAND_ANSWERS, CommandQuerySchema } from "./command-answer.ts";
import { CommandlessProfileSchema, profileOf } from "./start-body.ts";

export const blueprintSchema = z.string().refine(isStreamId, "lowercase letters, digits, `.`, `_` and `-`, at most 63");

export const UndoSchema = z.strictObject({
  environment: environmentNameSchema,
  blueprint: blueprintSchema,
  release: digestSchema,
  profile: CommandlessProfileSchema.exactOptional(),
});

export const undoRoute = postRoute({
  path: "/v1/undos",
  operationId: "undo",
  summary: "A rollout of a release that was committed here before, straight to everybody",
  scope: "rollout:promote",
  query: CommandQuerySchema,
  body: { schema: UndoSchema, name: "Undo", bytesMax: LIMITS.command_bytes_max },
  answers: COMMAND_ANSWERS,
  problems: ["query_invalid", ...WRITE_PROBLEMS],
  answer(call, { profile, ...rest }, rollouts) {
    const request = { ...rest, ...(profile === undefined ? {} : { profile: profileOf(profile) }) };
    return answerCommand(call, (options) => rollouts.undo(request, options));
  },
});
