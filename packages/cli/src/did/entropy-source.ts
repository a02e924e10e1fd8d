/** Where entropy comes from: a file, the standard input, a variable; on the command line it works, with a warning. */
import { ENTROPY_CHARS_MAX, IdentityError } from "@tau-edge/identity";
import { CliError } from "../failure.ts";
import type { CliIo } from "../io.ts";
import { readFileOnce } from "../operands.ts";

export const ENTROPY_VARIABLE = "TAU_EDGE_DID_ENTROPY";

export interface EntropyOptions {
  /** Itself, as an argument. */
  readonly entropy?: string;
  /** `-` is the standard input. */
  readonly entropyFile?: string;
}

/** A character has four bytes at most; a mark of the byte order and line ends come beside. */
const ENTROPY_BYTES_MAX = 4 * ENTROPY_CHARS_MAX + 16;

/**
 * @returns undefined when there is none
 * @throws CliError `usage` and what `readFileOnce` throws
 * @throws IdentityError `entropy_too_long`, `entropy_ill_formed`; none of them repeats any of it
 */
export async function entropyOf({ entropy, entropyFile }: EntropyOptions, io: CliIo): Promise<string | undefined> {
  if (entropy !== undefined && entropyFile !== undefined)
    throw new CliError("usage", "--entropy and --entropy-file exclude each other", {
      remedy: "Keep --entropy-file FILE.",
    });
  if (entropyFile !== undefined) return textOf(await bytesFrom(entropyFile, io));
  if (entropy === undefined) return io.env[ENTROPY_VARIABLE] || undefined;
  warnOfArgument("--entropy", `--entropy-file FILE, --entropy-file - or $${ENTROPY_VARIABLE}`, io);
  return entropy;
}

/** Other people's `ps` and this shell's history have it now. @param instead the ways without that */
export function warnOfArgument(option: string, instead: string, io: CliIo): void {
  io.stderr(`warning: what stands behind ${option} is seen by ps and kept in the shell's history; use ${instead}\n`);
}

async function bytesFrom(file: string, io: CliIo): Promise<Uint8Array> {
  if (file !== "-") return withoutName(() => readFileOnce(io, file, ENTROPY_BYTES_MAX));
  const bytes = await io.readStdin(ENTROPY_BYTES_MAX);
  if (bytes === undefined) throw new IdentityError("entropy_too_long", "entropy");
  return bytes;
}

/** Somebody may have given the entropy itself in the place of a name. */
function withoutName<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(error.code, "What --entropy-file names cannot be read, or is longer than any entropy", {
      remedy: "Name a file, or - for the standard input: `tau-edge did entropy > did.entropy` makes one.",
    });
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new IdentityError("entropy_ill_formed", "entropy", "The entropy is not UTF-8.");
  }
}
