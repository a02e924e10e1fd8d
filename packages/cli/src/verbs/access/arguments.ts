/**
 * What stands on the command line of verbs about access, checked before anything is opened. Nothing that is refused is
 * repeated: next to options for secrets it may be one.
 */
import { CliError } from "../../failure.ts";
import { readInstant } from "../../instant.ts";

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/**
 * `90`, `90s`, `5m`, `12h`, `30d`; whether it is too long or too short, the use case knows.
 * @throws CliError `usage`
 */
export function secondsArgument(text: string, option: string): number {
  const [, digits = "", unit = "s"] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  const factor = Object.entries(SECONDS).find(([name]) => name === (unit || "s"))?.[1];
  if (digits !== "" && factor !== undefined) return Number(digits) * factor;
  throw new CliError("usage", `${option} is no length of time`, {
    remedy: `Give seconds, or a number with s, m, h or d behind it: ${option} 5m.`,
  });
}

/** @throws CliError `usage` */
export function instantArgument(text: string, option: string): number {
  const at = readInstant(text);
  if (at !== undefined) return at;
  throw new CliError("usage", `${option} is no instant`, {
    remedy: `Give it with its offset: ${option} 2026-11-21T17:00:00Z.`,
  });
}
