/** A whole number on the command line, as options and variables of several verbs have it. */
import { CliError } from "./failure.ts";

/** With a delay of 0 nothing else ends the tries of a case that never succeeds. */
export const RETRY_ATTEMPTS_MAX = 10_000;

export interface CountArgument {
  /** As the user typed it, with its dashes. */
  readonly name: string;
  readonly min: 0 | 1;
  /** Without it, any number of 64 bits: one that is larger than any count here means the largest. */
  readonly max?: number;
}

/**
 * Digits only, as the original takes them.
 * @throws CliError `usage`
 */
export function countArgument(text: string, { name, min, max }: CountArgument): number {
  const count = /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  if (count !== undefined && count >= BigInt(min) && count <= (max === undefined ? U64_MAX : BigInt(max)))
    return count > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(count);
  const range = `from ${min}${max === undefined ? "" : ` to ${max}`}`;
  throw new CliError("usage", `${name} is a whole number ${range}, not ${JSON.stringify(text.slice(0, 100))}`, {
    remedy: `Leave it out for the default, or give one: ${name} ${min === 0 ? 0 : 4}`,
  });
}

const U64_MAX = 2n ** 64n - 1n;
