/** What a password buys: a session of the gateway, for one command. Each costs the gateway a scrypt, and few may ask. */
import { z } from "zod";
import { GatewayProblem, problemOf } from "./problem.ts";
import { malformed, sendRequest } from "./request.ts";

export interface Login {
  /** A session was asked for already. */
  readonly begun: boolean;
  /** Its token; bought by the first who asks. @throws GatewayProblem `session_invalid`, `rate_limited` and others */
  token(): Promise<string>;
  /** The session has ended; whoever asks next buys another one. */
  forget(): void;
}

const sessionSchema = z.looseObject({ access_token: z.string().min(1), token_type: z.literal("Bearer") });

export function passwordLogin(baseUrl: string, password: string): Login {
  let bought: Promise<string> | undefined;
  return {
    get begun() {
      return bought !== undefined;
    },
    token: () => (bought ??= buy(baseUrl, password)),
    forget() {
      bought = undefined;
    },
  };
}

async function buy(baseUrl: string, password: string): Promise<string> {
  const answer = await sendRequest(baseUrl, { method: "POST", path: "/v1/session", body: { password } }, undefined);
  if (answer.status !== 200) throw new GatewayProblem(problemOf(answer), answer);
  const parsed = sessionSchema.safeParse(answer.document);
  if (parsed.success) return parsed.data.access_token;
  throw malformed(answer.url, "a session without a token");
}
