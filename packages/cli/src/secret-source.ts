/** A secret of one line: from a file, the standard input, a variable; on the command line it works, with a warning. */
import { decodeUtf8, EncodingError } from "@tau-edge/encoding";
import { warnOfArgument } from "./did/entropy-source.ts";
import { CliError } from "./failure.ts";
import type { CliIo } from "./io.ts";
import { readFileOnce } from "./operands.ts";

export interface SecretPlaces {
  /** Such as `--password`; the option for its file is this with `-file`. */
  readonly option: string;
  /** The secret itself, as an argument. */
  readonly argument: string | undefined;
  /** `-` is the standard input. */
  readonly file: string | undefined;
  /** Asked last. */
  readonly variable: string;
  readonly bytesMax: number;
}

/**
 * @returns undefined when there is none
 * @throws CliError `usage`, `file_*`; none of them repeats any of it, or a name that may be the secret itself
 */
export async function secretFrom(places: SecretPlaces, io: CliIo): Promise<string | undefined> {
  const { option, argument, file, variable } = places;
  if (argument !== undefined && file !== undefined)
    throw new CliError("usage", `${option} and ${option}-file exclude each other`, {
      remedy: `Keep ${option}-file FILE.`,
    });
  if (file !== undefined) return lineOf(await bytesFrom(file, places, io), places);
  if (argument === undefined) return io.env[variable] || undefined;
  warnOfArgument(option, `${option}-file FILE, ${option}-file - or $${variable}`, io);
  if (argument === "") throw empty(places);
  return argument;
}

async function bytesFrom(file: string, { option, bytesMax }: SecretPlaces, io: CliIo): Promise<Uint8Array> {
  const unreadable = (code: "file_too_large" | CliError["code"]) =>
    new CliError(code, `What ${option}-file names cannot be read, or is longer than any secret`, {
      remedy: "Name a file of one line, or - for the standard input.",
    });
  if (file === "-") {
    const bytes = await io.readStdin(bytesMax);
    if (bytes === undefined) throw unreadable("file_too_large");
    return bytes;
  }
  try {
    return readFileOnce(io, file, bytesMax);
  } catch (error) {
    throw error instanceof CliError ? unreadable(error.code) : error;
  }
}

/** Whoever writes such a file with an editor or `echo` leaves a line end. */
function lineOf(bytes: Uint8Array, places: SecretPlaces): string {
  try {
    const text = decodeUtf8(bytes).replace(/\r?\n$/, "");
    if (text === "" || /[\r\n]/.test(text)) throw empty(places);
    return text;
  } catch (error) {
    throw error instanceof EncodingError ? empty(places) : error;
  }
}

function empty({ option }: SecretPlaces): CliError {
  return new CliError("usage", `What ${option} or ${option}-file gives is no secret: one line of UTF-8, not empty`, {
    remedy: `Write the secret and nothing else into a file, and name it: ${option}-file FILE.`,
  });
}
