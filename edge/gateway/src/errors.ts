/** A failure that is the gateway's own finding, not a port's. `at` is the digest or path concerned. */
import type { ProblemCode } from "./problems/problems.ts";

export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: ProblemCode;
  readonly at: string;

  constructor(code: ProblemCode, at: string, detail: string) {
    super(`${detail} (${code} at ${at})`);
    this.code = code;
    this.at = at;
  }
}
