/**
 * A route that takes a document. One way from bytes to a value, in this order (decisions 18): who asks, what kind of
 * body, count its bytes, the strict JSON reader, the schema. Nothing of a stranger's body is read.
 */
import type { Rollouts, Scope } from "@tau-edge/control";
import { EncodingError, readJson } from "@tau-edge/encoding";
import { jsonPath } from "@tau-edge/manifest";
import type { z } from "zod";
import { authorize, authorizeStill } from "../credentials/authorize.ts";
import { actorOf, type Principal } from "../credentials/principal.ts";
import { type BodyBytes, readBodyBytes } from "../http/body-bytes.ts";
import { isPlainJson } from "../http/media-type.ts";
import { LIMITS } from "../limits.ts";
import { OPERATOR_PROBLEMS } from "../problems/problem-sets.ts";
import type { ProblemCode } from "../problems/problems.ts";
import type { Call, Route } from "../route.ts";
import { issueWords } from "./issue-words.ts";

interface DocumentDescription<Schema extends z.ZodType>
  extends Pick<
    Route,
    "path" | "operationId" | "summary" | "params" | "query" | "requestHeaders" | "answers" | "problems"
  > {
  readonly body: { readonly schema: Schema; readonly name: string; readonly bytesMax: number };
}

interface OpenDescription<Schema extends z.ZodType> extends DocumentDescription<Schema>, Pick<Route, "audience"> {
  /** Asked before anything of the body is read. @returns a refusal, or undefined */
  before?(call: Call): Response | undefined | Promise<Response | undefined>;
  answer(call: Call, body: z.output<Schema>): Response | Promise<Response>;
}

export interface PrivilegedDescription<Schema extends z.ZodType> extends DocumentDescription<Schema> {
  /** `operators` unless said otherwise. */
  readonly audience?: Route["audience"];
  /** The least that a credential must be for; an answer may ask for more when it knows what is wanted. */
  readonly scope: Scope;
  /** Is enough in its place. */
  readonly orScope?: Scope;
  /** Asked before anything of the body is read. @returns a refusal, or undefined */
  before?(call: Call): Response | undefined;
  answer(call: Call, body: z.output<Schema>, who: Principal): Response | Promise<Response>;
}

interface RolloutsDescription<Schema extends z.ZodType> extends DocumentDescription<Schema> {
  readonly scope: Scope;
  /** Is enough in its place. */
  readonly orScope?: Scope;
  /** @param rollouts acts in the name of the credential */
  answer(call: Call, body: z.output<Schema>, rollouts: Rollouts, who: Principal): Response | Promise<Response>;
}

const BODY_PROBLEMS: readonly ProblemCode[] = [
  "media_type_unsupported",
  "body_too_large",
  "body_malformed",
  "body_field",
];

/** For whoever can show something in the body, or in a field that the answer looks at. */
export function openPostRoute<Schema extends z.ZodType>(described: OpenDescription<Schema>): Route {
  const { body, before, answer, ...rest } = described;
  return {
    ...rest,
    method: "POST",
    body: { schema: body.name, bytesMax: body.bytesMax },
    problems: [...described.problems, ...BODY_PROBLEMS],
    async answer(call) {
      const refused = await before?.(call);
      if (refused !== undefined) return ending(refused);
      const read = await readValue(call, body.schema, body.bytesMax);
      return read instanceof Response ? read : answer(call, read.value);
    },
  };
}

/** For whoever has a credential with the scope. */
export function privilegedPostRoute<Schema extends z.ZodType>(described: PrivilegedDescription<Schema>): Route {
  const { scope, orScope, body, before, answer, ...rest } = described;
  return {
    audience: "operators",
    ...rest,
    method: "POST",
    body: { schema: body.name, bytesMax: body.bytesMax },
    scope,
    problems: [...described.problems, ...OPERATOR_PROBLEMS, ...BODY_PROBLEMS],
    async answer(call) {
      const who = await authorize(call, scope, orScope);
      if (who instanceof Response) return ending(who);
      const refused = before?.(call);
      if (refused !== undefined) return ending(refused);
      const read = await readValue(call, body.schema, body.bytesMax);
      if (read instanceof Response) return read;
      // A body may take seconds: whoever lost the credential meanwhile does nothing with it any more.
      const still = await authorizeStill(call, who, scope, orScope);
      return still instanceof Response ? still : answer(call, read.value, still);
    },
  };
}

/** As the one before, for what is done with rollouts. */
export function postRoute<Schema extends z.ZodType>(described: RolloutsDescription<Schema>): Route {
  const { answer, ...rest } = described;
  return privilegedPostRoute({
    ...rest,
    before: (call) => (call.services.rollouts.as === undefined ? call.problem("not_supported_here") : undefined),
    answer(call, body, who) {
      const rollouts = call.services.rollouts.as?.(actorOf(who));
      return rollouts === undefined ? call.problem("not_supported_here") : answer(call, body, rollouts, who);
    },
  });
}

async function readValue<Schema extends z.ZodType>(
  call: Call,
  schema: Schema,
  bytesMax: number,
): Promise<{ readonly value: z.output<Schema> } | Response> {
  const { req } = call.c;
  if (!isPlainJson(req.header("content-type"), req.header("content-encoding")))
    return ending(call.problem("media_type_unsupported"));
  const bytes = await readBodyBytes(req.raw, bytesMax, LIMITS.body_ms_max);
  if (!(bytes instanceof Uint8Array)) return refuseBytes(call, bytes);
  try {
    const parsed = schema.safeParse(readJson(bytes, { depth_max: LIMITS.body_depth_max }));
    if (parsed.success) return { value: parsed.data };
    const [issue] = parsed.error.issues;
    const more = parsed.error.issues.length > 1 ? `, and ${parsed.error.issues.length - 1} more` : "";
    return refuseField(call, jsonPath(issue?.path ?? []), `${issueWords(issue)}${more}`);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return call.problem("body_malformed", { detail: error.message, members: { at: String(error.at) } });
  }
}

/** @param at JSON path of the field */
export function refuseField(call: Call, at: string, detail: string, remedy?: string): Response {
  return call.problem("body_field", {
    detail: `${detail.slice(0, LIMITS.detail_chars_max)} (${at.slice(0, LIMITS.detail_chars_max)})`,
    members: { at: at.slice(0, LIMITS.detail_chars_max) },
    ...(remedy === undefined ? {} : { remedy }),
  });
}

const BYTES_PROBLEMS: Readonly<Record<Exclude<BodyBytes, Uint8Array>, ProblemCode>> = {
  too_large: "body_too_large",
  too_slow: "request_timeout",
  broken_off: "request_malformed",
};

function refuseBytes(call: Call, why: Exclude<BodyBytes, Uint8Array>): Response {
  return ending(call.problem(BYTES_PROBLEMS[why]));
}

/**
 * An answer before the whole body was read says that the connection ends with it (RFC 9112 section 9.6): the server gives
 * up what is still coming after a moment, and the client's next request on the connection would be lost.
 */
function ending(answer: Response): Response {
  answer.headers.set("connection", "close");
  return answer;
}
