/** A whole number on the command line, as options and variables of several verbs have it. */
import { CliError } from "./failure.ts";

export interface CountArgument {
  /** As the user typed it, with its dashes. */
  readonly name: string;
  readonly min: 0 | 1;
}

/**
 * Digits only. A number of 64 bits that is larger than any count here means the largest, because the original takes it.
 * @throws CliError `usage`
 */
export function countArgument(text: string, { name, min }: CountArgument): number {
  const count = /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  if (count !== undefined && count >= BigInt(min) && count <= U64_MAX)
    return count > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(count);
  throw new CliError("usage", `${name} is a whole number from ${min}, not ${JSON.stringify(text.slice(0, 100))}`, {
    remedy: `Leave it out for the default, or give one: ${name} ${min === 0 ? 0 : 4}`,
  });
}

const U64_MAX = 2n ** 64n - 1n;
