/** What operators can do with a rollout that exists. Towards safety a smaller token is enough (decisions 19). */
import type { OperatorCommand, Rollouts, Scope } from "@tau-edge/control";
import { digestSchema } from "@tau-edge/manifest";
import { ROLES } from "@tau-edge/rollout";
import { z } from "zod";
import { requireScope } from "../credentials/authorize.ts";
import { LIMITS } from "../limits.ts";
import { WRITE_PROBLEMS } from "../problems/problem-sets.ts";
import { postRoute } from "../request/post-route.ts";
import { answerCommand, COMMAND_ANSWERS, CommandQuerySchema } from "./command-answer.ts";
import { ROLLOUT_ID_PARAM } from "./rollouts.ts";
import { CommandlessProfileSchema, profileOf } from "./start-body.ts";

const reason = z.string().min(1).max(LIMITS.reason_chars_max);
const role = z.enum(ROLES);

export const CommandSchema = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("pause"), reason }),
  z.strictObject({ do: z.literal("resume") }),
  z.strictObject({ do: z.literal("promote") }),
  z.strictObject({ do: z.literal("override"), role, reason }),
  z.strictObject({
    do: z.literal("approve"),
    role,
    release: digestSchema,
    policy_bundle_hash: digestSchema.exactOptional(),
  }),
  z.strictObject({ do: z.literal("abort"), reason }),
  z.strictObject({ do: z.literal("roll_back"), reason }),
  z.strictObject({
    do: z.literal("retry"),
    profile: CommandlessProfileSchema.exactOptional(),
    lockfile_hash: digestSchema.exactOptional(),
  }),
]);

/** Each of these only takes a candidate away, or keeps things as they are. */
const TOWARDS_SAFETY: ReadonlySet<OperatorCommand["do"]> = new Set(["pause", "abort", "roll_back"]);

export const commandRoute = postRoute({
  path: "/v1/rollouts/:rollout_id/commands",
  operationId: "commandRollout",
  summary: "Pauses, resumes, promotes, overrides, approves, aborts, rolls back or tries again",
  scope: "rollout:rollback",
  orScope: "rollout:promote",
  params: ROLLOUT_ID_PARAM,
  query: CommandQuerySchema,
  body: { schema: CommandSchema, name: "Command", bytesMax: LIMITS.command_bytes_max },
  answers: COMMAND_ANSWERS,
  problems: ["query_invalid", ...WRITE_PROBLEMS],
  async answer(call, body, rollouts, who) {
    const rolloutId = call.c.req.param("rollout_id") ?? "";
    // Who may expose may also stop.
    if (!who.scopes.has("rollout:promote")) {
      const refused = requireScope(call, who, await scopeFor(body.do, rolloutId, rollouts));
      if (refused !== undefined) return refused;
    }
    return answerCommand(call, (options) => rollouts.command(rolloutId, commandOf(body), options));
  },
});

/** Ending an undo gives everybody back the release that was taken from them. */
async function scopeFor(command: OperatorCommand["do"], rolloutId: string, rollouts: Rollouts): Promise<Scope> {
  if (command === "pause") return "rollout:rollback";
  if (!TOWARDS_SAFETY.has(command)) return "rollout:promote";
  return (await rollouts.get(rolloutId))?.kind === "undo" ? "rollout:promote" : "rollout:rollback";
}

function commandOf(body: z.output<typeof CommandSchema>): OperatorCommand {
  if (body.do !== "retry") return body;
  const { profile, ...rest } = body;
  return { ...rest, ...(profile === undefined ? {} : { profile: profileOf(profile) }) };
}
