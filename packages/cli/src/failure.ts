/** What a failed verb prints, and with which code the process ends. */
import { EXIT, type ExitCode } from "./exit-codes.ts";

/** The one form of an error, on stderr for people and on stdout under --json. */
export interface FailureDocument {
  readonly code: string;
  readonly message: string;
  readonly at?: string | number;
  readonly reason_codes?: readonly string[];
  readonly remedy?: string;
}

/** An error that a verb raises itself; errors of the packages below bring their own codes. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;
  readonly at?: string;
  readonly remedy?: string;

  constructor(code: CliErrorCode, message: string, options: { at?: string; remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.at !== undefined) this.at = options.at;
    if (options.remedy !== undefined) this.remedy = options.remedy;
  }
}

/** Code -> exit code. */
const CLI_ERRORS = {
  /** The command line, or a variable that stands for a part of it, makes no sense. */
  usage: EXIT.usage,
  file_not_found: EXIT.failed,
  file_unreadable: EXIT.failed,
  not_a_file: EXIT.failed,
  /** Refused by size before it was read. */
  file_too_large: EXIT.refused,
  /** The file changed while it was read. */
  file_changed: EXIT.failed,
  no_match: EXIT.failed,
  profile_unknown: EXIT.usage,
  /** The manifest is malformed, newer, or points away from its directory. */
  manifest_refused: EXIT.refused,
  gateway_failed: EXIT.failed,
  gateway_unreachable: EXIT.failed,
  /** What came back is no answer of a gateway that this program knows. */
  gateway_malformed: EXIT.failed,
  /** The token would travel in the clear. */
  gateway_insecure: EXIT.usage,
  token_malformed: EXIT.usage,
  rollout_unknown: EXIT.refused,
  /** No run ended with a report of this digest. */
  report_unknown: EXIT.refused,
  /** The rollout has not ended, so there is no report of it. */
  rollout_not_ended: EXIT.refused,
  /** The file of `replay --against` is no trace. */
  golden_malformed: EXIT.usage,
  /** What is asked needs every stream, and one is damaged. */
  stream_unreadable: EXIT.integrity,
  /** Nothing is committed, and nothing exposed that the key would get. */
  no_release: EXIT.refused,
  /** The release that was asked for by name is neither the candidate nor the committed one. */
  override_unknown: EXIT.refused,
} as const satisfies Record<string, ExitCode>;

export type CliErrorCode = keyof typeof CLI_ERRORS;

/** Codes of the packages below that mean: what is stored is not what it should be. */
const INTEGRITY_CODES: ReadonlySet<string> = new Set([
  "object_corrupt",
  "object_condemned",
  "ledger_corrupt",
  "ledger_newer",
  "state_corrupt",
  "state_newer",
  "state_foreign",
  "pointer_conflict",
  "pointer_corrupt",
  "windows_corrupt",
  "windows_newer",
]);

/** Codes that mean: the input was understood, and the answer is no. */
const REFUSED_CODES: ReadonlySet<string> = new Set(["clock_jump", "path_escapes", "artifact_path_escapes"]);

/** Codes that mean: what was typed is wrong. */
const USAGE_CODES: ReadonlySet<string> = new Set([
  "blueprint_id_invalid",
  "source_date_epoch_invalid",
  "source_name_blank",
  /** The file of --profile-file. */
  "profile_too_large",
  "profile_syntax",
  "profile_field",
  /** The file that names a plan. */
  "plan_too_large",
  "plan_syntax",
  "plan_field",
  /** The file of --environment-profile. */
  "environment_profile_too_large",
  "environment_profile_syntax",
  "environment_profile_field",
  /** An option of `release create`. */
  "release_field",
  /** The key of `resolve`. */
  "version_key_length",
  "version_key_malformed",
  /** TAU_EDGE_TOKENS of `serve`. */
  "tokens_malformed",
  /** An address that other machines reach, without --public. */
  "not_public",
]);

export interface Failure {
  readonly document: FailureDocument;
  readonly exitCode: ExitCode;
}

export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return bug(String(error));
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (code === undefined) return bug(error.message);
  const at = "at" in error && (typeof error.at === "string" || typeof error.at === "number") ? error.at : undefined;
  const remedy = "remedy" in error && typeof error.remedy === "string" ? error.remedy : undefined;
  return {
    document: {
      code,
      message: error.message,
      ...(at === undefined || at === "" ? {} : { at }),
      ...(remedy === undefined ? {} : { remedy }),
    },
    exitCode: exitCodeOf(code),
  };
}

function exitCodeOf(code: string): ExitCode {
  if (isCliErrorCode(code)) return CLI_ERRORS[code];
  if (INTEGRITY_CODES.has(code)) return EXIT.integrity;
  // Codes of the binary reader: the bytes are malformed.
  if (REFUSED_CODES.has(code) || code.startsWith("E_")) return EXIT.refused;
  if (USAGE_CODES.has(code)) return EXIT.usage;
  return EXIT.failed;
}

function isCliErrorCode(code: string): code is CliErrorCode {
  return Object.hasOwn(CLI_ERRORS, code);
}

function bug(message: string): Failure {
  return {
    document: {
      code: "internal_error",
      message,
      remedy: "This is a fault of tau-edge. Repeat with TAU_EDGE_TRACE=1 and report what it prints.",
    },
    exitCode: EXIT.failed,
  };
}
