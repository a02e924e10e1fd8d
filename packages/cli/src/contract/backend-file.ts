/** The file of `run --backend`: the program that really deploys, and how long it may take for one case. */
import { EncodingError, type JsonValue, readJson } from "@tau-edge/encoding";
import { jsonPath } from "@tau-edge/manifest";
import { z } from "zod";
import { CliError } from "../failure.ts";
import type { CliIo } from "../io.ts";
import { readFileOnce } from "../operands.ts";

/** Sixty-four words of a page each. */
const BACKEND_FILE_BYTES_MAX = 512 * 1024;
const COMMAND_WORDS_MAX = 64;
const COMMAND_WORD_CHARS_MAX = 4_096;
/** One case that takes longer holds up the cycle, and with it the lock of the state directory. */
const BACKEND_TIMEOUT_MS_MAX = 60 * 60 * 1_000;
const BACKEND_TIMEOUT_MS_DEFAULT = 60_000;

const word = z
  .string()
  .max(COMMAND_WORD_CHARS_MAX)
  .regex(/^[^\0]*$/, "must not contain NUL");

export const backendFileSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  command: z
    .array(word)
    .min(1)
    .max(COMMAND_WORDS_MAX)
    .refine((words) => words[0] !== "", "the program has no name")
    .meta({ description: "The program and its arguments; no shell reads them" }),
  timeout_ms: z
    .int()
    .min(1)
    .max(BACKEND_TIMEOUT_MS_MAX)
    .default(BACKEND_TIMEOUT_MS_DEFAULT)
    .meta({ description: "For one try of one case" }),
});

export interface BackendFile {
  readonly command: readonly string[];
  readonly timeout_ms: number;
}

/** @throws CliError `backend_malformed`, `file_*` */
export function backendFromFile(io: Pick<CliIo, "cwd">, file: string): BackendFile {
  const parsed = backendFileSchema.safeParse(readStrictly(readFileOnce(io, file, BACKEND_FILE_BYTES_MAX), file));
  if (parsed.success) return { command: parsed.data.command, timeout_ms: parsed.data.timeout_ms };
  const [issue] = parsed.error.issues;
  throw malformed(issue?.message ?? "it has another shape", `${file} ${jsonPath(issue?.path ?? [])}`);
}

function readStrictly(bytes: Uint8Array, file: string): JsonValue {
  try {
    return readJson(bytes);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw malformed(error.message, `${file} ${error.at}`, error);
  }
}

function malformed(detail: string, at: string, cause?: unknown): CliError {
  return new CliError("backend_malformed", `This describes no backend: ${detail}`, {
    at,
    remedy: 'It is like {"command": ["./deploy.sh"], "timeout_ms": 30000}.',
    cause,
  });
}
