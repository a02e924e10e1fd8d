/** A route with which somebody privileged changes who may come in: in their name, and only where that can be recorded. */
import type { Access, Act } from "@tau-edge/control";
import type { z } from "zod";
import { actorOf, type Principal } from "../credentials/principal.ts";
import { LIMITS } from "../limits.ts";
import { ACCESS_WRITE_PROBLEMS } from "../problems/problem-sets.ts";
import { CommandQuerySchema } from "../resources/command-answer.ts";
import type { Call, Route } from "../route.ts";
import { type PrivilegedDescription, privilegedPostRoute } from "./post-route.ts";
import { readQuery } from "./query.ts";

/** What all of them work with. */
export interface Acting {
  readonly access: Access;
  /** In whose name, and whether they vouch for the gateway's clock. */
  readonly act: Act;
  readonly who: Principal;
}

interface AccessDescription<Schema extends z.ZodType>
  extends Pick<PrivilegedDescription<Schema>, "path" | "operationId" | "summary" | "scope" | "answers" | "problems"> {
  readonly body: { readonly schema: Schema; readonly name: string };
  answer(call: Call, body: z.output<Schema>, acting: Acting): Response | Promise<Response>;
}

const ActQuerySchema = CommandQuerySchema.pick({ accept_clock: true });

export function accessRoute<Schema extends z.ZodType>(described: AccessDescription<Schema>): Route {
  const { body, answer, problems, ...rest } = described;
  return privilegedPostRoute({
    ...rest,
    query: ActQuerySchema,
    body: { ...body, bytesMax: LIMITS.access_bytes_max },
    problems: ["query_invalid", ...problems, ...ACCESS_WRITE_PROBLEMS],
    before: (call) => (call.services.access === undefined ? call.problem("not_supported_here") : undefined),
    answer(call, value, who) {
      const { access } = call.services;
      if (access === undefined) return call.problem("not_supported_here");
      const query = readQuery(call, ActQuerySchema);
      if (query === undefined) return call.problem("query_invalid");
      const { accept_clock = false } = query;
      return answer(call, value, { access, act: { actor: actorOf(who), accept_clock }, who });
    },
  });
}
