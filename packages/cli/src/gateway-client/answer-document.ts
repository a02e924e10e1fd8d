/** The document of an answer that is what was asked for. */
import type { z } from "zod";
import { GatewayProblem, problemOf } from "./problem.ts";
import { type GatewayAnswer, malformed } from "./request.ts";

/** @throws GatewayProblem; CliError `gateway_malformed` */
export function documentIn<Schema extends z.ZodType>(answer: GatewayAnswer, schema: Schema): z.output<Schema> {
  if (answer.status < 200 || answer.status >= 300) throw new GatewayProblem(problemOf(answer), answer);
  const parsed = schema.safeParse(answer.document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw malformed(answer.url, `${issue?.message ?? "it does not have the shape"} at ${issue?.path.join(".") ?? ""}`);
}
