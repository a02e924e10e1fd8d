/** A fixture that breaks a rule, in the one form of an error. */
import type { RefusedCycle } from "@tau-edge/control";
import type { FailureDocument } from "../failure.ts";

export function refusedFixture({ file, refusal }: RefusedCycle): FailureDocument {
  const { code, at, detail, remedy } = refusal;
  return { code, message: `${file} ${at}: ${detail}`, at: `${file} ${at}`, remedy };
}
