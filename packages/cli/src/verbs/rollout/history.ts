/** `tau-edge history`: what an environment served at one time, and which record made it so. */
import type { HistoryMoment } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import { readInstant } from "../../instant.ts";
import type { CliIo } from "../../io.ts";
import { renderHistory } from "../../render/history.ts";
import type { SourceOptions } from "../../rollouts-source.ts";
import { environmentArgument } from "./arguments.ts";
import { withSource } from "./with-source.ts";

export async function historyVerb(
  environment: string,
  options: SourceOptions & { readonly at?: string },
  io: CliIo,
): Promise<ExitCode> {
  const name = environmentArgument(environment);
  const at = options.at === undefined ? undefined : momentArgument(options.at);
  return withSource(options, io, {
    doing: `reading the history of ${name}`,
    ask: ({ rollouts }) => rollouts.history(name, at),
    render: renderHistory,
    exitCode: () => EXIT.done,
  });
}

/** The year 1973 in unix ms: no stream has so many records, and nothing was recorded so early. */
const UNIX_MS_MIN = 100_000_000_000;

/** @throws CliError `usage` */
export function momentArgument(text: string): HistoryMoment {
  if (/^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text))) {
    const number = Number(text);
    return number < UNIX_MS_MIN ? { seq: number } : { unix_ms: number };
  }
  const unix_ms = readInstant(text);
  if (unix_ms !== undefined) return { unix_ms };
  throw new CliError("usage", `--at is no moment: ${text}`, {
    remedy: "Write 2026-05-01T03:00:00Z, unix milliseconds, or the seq of a record.",
  });
}
