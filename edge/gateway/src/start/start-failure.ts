/** Why a gateway process does not come up: what it prints, and how it ends. */
import { PORT_INTEGRITY_CODES, PortError } from "@tau-edge/ports";
import { ListenError } from "./listen.ts";

export interface StartFailure {
  readonly lines: readonly string[];
  /** As the command line has them: 1 failed, 2 usage, 4 what is stored is not what it should be. */
  readonly exitCode: 1 | 2 | 4;
}

/** @returns undefined for a bug, which shows itself */
export function startFailureOf(error: unknown): StartFailure | undefined {
  if (!(error instanceof ListenError || error instanceof PortError)) return undefined;
  const lines = [error.message, ...(error.remedy === undefined ? [] : [error.remedy])];
  return { lines, exitCode: exitCodeOf(error) };
}

function exitCodeOf(error: ListenError | PortError): StartFailure["exitCode"] {
  if (error instanceof ListenError) return error.code === "address_unusable" ? 1 : 2;
  return PORT_INTEGRITY_CODES.some((code) => code === error.code) ? 4 : 1;
}
