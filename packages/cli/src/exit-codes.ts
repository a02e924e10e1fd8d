/** What the process says when it ends. Several operands: the highest of theirs. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  integrity: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: ReadonlyMap<ExitCode, string> = new Map([
  [EXIT.done, "done, or compliant"],
  [EXIT.failed, "an operation failed (a file cannot be read, the disk is full)"],
  [EXIT.usage, "usage"],
  [EXIT.refused, "refused: not compliant, malformed, or a rule, a check, a validator or a gate says no"],
  [EXIT.integrity, "integrity: a digest, a chain or the stored state is wrong, or a replay differs"],
  [EXIT.interrupted, "interrupted"],
]);

export const EXIT_HELP = `Exit codes:\n${[...EXIT_MEANINGS].map(([code, meaning]) => `  ${code}  ${meaning}`).join("\n")}`;
