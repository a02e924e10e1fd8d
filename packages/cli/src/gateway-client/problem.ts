/** Problem documents of a gateway (RFC 9457), as the refusals and errors that the same act has on a state directory. */
import type { z } from "zod";
import { ANSWERS } from "./answers.ts";
import { type GatewayAnswer, malformed } from "./request.ts";

export type Problem = z.output<typeof ANSWERS.problem>;

/** An error that the gateway reports. `code` is the one that the same fault has here. */
export class GatewayProblem extends Error {
  override readonly name = "GatewayProblem";
  readonly code: string;
  /** Of the answer. */
  readonly status: number;
  readonly at: string;
  readonly remedy?: string;

  constructor({ code, detail, remedy }: Problem, answer: GatewayAnswer) {
    super(detail);
    this.code = code;
    this.status = answer.status;
    this.at = answer.url;
    const help = remedy ?? (answer.status === 401 || answer.status === 403 ? TOKEN_REMEDY : undefined);
    if (help !== undefined) this.remedy = help;
  }
}

const TOKEN_REMEDY =
  "Give a token that may do this: --token-file FILE, or TAU_EDGE_TOKEN; the password with --password-file FILE.";

/** @throws CliError `gateway_malformed` when the answer is none */
export function problemOf(answer: GatewayAnswer): Problem {
  const { status, url, document } = answer;
  const parsed = ANSWERS.problem.safeParse(document);
  if (parsed.success) return parsed.data;
  throw malformed(url, `${status} without a problem document`);
}
