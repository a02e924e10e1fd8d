/** What a command comes to over HTTP: done is 200, refused is 409 with everything that the refusal says. */
import type { CommandResult, FreezeResult, RefusedAct } from "@tau-edge/control";
import { z } from "zod";
import { problemDocument } from "../problems/problems.ts";
import { readQuery } from "../request/query.ts";
import { COMMAND_REFUSALS } from "../rollouts/rollout-documents.ts";
import type { Call, DescribedAnswer } from "../route.ts";

const flagSchema = z.enum(["true", "false"]).transform((word) => word === "true");

export const CommandQuerySchema = z.strictObject({
  dry_run: flagSchema.optional().meta({ description: "Decide and report, and write nothing" }),
  accept_clock: flagSchema
    .optional()
    .meta({ description: "The token's owner vouches for a clock that is far from the last record's time; recorded" }),
});

const REFUSED: DescribedAnswer = {
  description: `Refused: ${COMMAND_REFUSALS.map((code) => `\`${code}\``).join(", ")}`,
  content: { "application/problem+json": { schema: "Refusal" } },
};

export const COMMAND_ANSWERS: Readonly<Record<number, DescribedAnswer>> = {
  200: { description: "Done", content: { "application/json": { schema: "CommandResult" } } },
  409: REFUSED,
};

export function refusedOr(schema: string, description: string): Readonly<Record<number, DescribedAnswer>> {
  return { 200: { description, content: { "application/json": { schema } } }, 409: REFUSED };
}

/** @param run given the options of the query */
export async function answerCommand(
  call: Call,
  run: (options: {
    readonly dry_run: boolean;
    readonly accept_clock: boolean;
  }) => Promise<CommandResult | FreezeResult>,
): Promise<Response> {
  const query = readQuery(call, CommandQuerySchema);
  if (query === undefined) return call.problem("query_invalid");
  const { dry_run = false, accept_clock = false } = query;
  return answerResult(call, await run({ dry_run, accept_clock }));
}

export function answerResult(call: Call, result: { readonly outcome: string } | RefusedAct<string>): Response {
  if (!isRefused(result)) return call.json(200, result);
  const { outcome: _, code, detail, remedy, ...members } = result;
  return call.json(409, problemDocument({ status: 409, code, detail, remedy, members }, call.requestId));
}

function isRefused(result: { readonly outcome: string } | RefusedAct<string>): result is RefusedAct<string> {
  return result.outcome === "refused";
}
