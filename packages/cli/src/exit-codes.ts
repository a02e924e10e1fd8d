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

export const EXIT_HELP = `Exit codes:
  0  done, or compliant
  1  an operation failed (a file cannot be read, the disk is full)
  2  usage
  3  refused: not compliant, malformed, or a rule, a check or a validator says no
  4  integrity: a digest, a chain or the stored state is wrong, or a replay differs
  130  interrupted`;
