/** What a failed verb prints, and with which code the process ends. */
import { PORT_INTEGRITY_CODES } from "@tau-edge/ports";
import { CLI_ERRORS, type CliErrorCode } from "./error-codes.ts";
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

/** Codes of the packages below that mean: what is stored is not what it should be. */
const INTEGRITY_CODES: ReadonlySet<string> = new Set([
  ...PORT_INTEGRITY_CODES,
  /** Of an identity: what is computed again is not what stands there. */
  "payload_contradiction",
]);

/** Codes that mean: the input was understood, and the answer is no. */
const REFUSED_CODES: ReadonlySet<string> = new Set([
  ...["clock_jump", "path_escapes", "artifact_path_escapes"],
  /** Of a migration, or its undo. */
  ...["state_in_use", "undo_absent", "undo_overtaken"],
  /** A DID, or the file of one. */
  ...["did_too_long", "did_method", "did_url"],
  ...["did_key_multibase", "did_key_codec", "did_key_length", "did_key_point"],
  ...["did_web_host", "did_web_port", "did_web_path"],
  /** The document of a did:web. */
  ...["did_document_too_large", "did_document_syntax", "did_document_id"],
  ...["did_document_field", "did_document_url", "did_document_key"],
  ...["payload_too_large", "payload_syntax", "payload_field", "payload_newer", "payload_original"],
]);

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
  ...["release_field", "derived_field"],
  /** The key of `resolve`. */
  "version_key_length",
  "version_key_malformed",
  /** An option of `did init`, or what it reads as entropy. */
  ...["method_unknown", "network_malformed", "subject_malformed", "network_not_a_domain"],
  ...["entropy_empty", "entropy_malformed", "entropy_too_short", "entropy_too_long", "entropy_ill_formed"],
  /** --public-base-url of `bootstrap link`. */
  ...["link_insecure", "link_malformed"],
  /** TAU_EDGE_TOKENS of `serve`. */
  "tokens_malformed",
  /** An address that other machines reach, without --public; and without a credential. */
  ...["not_public", "no_credentials"],
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

/** With which code the process ends for an error of this code. */
export function exitCodeOf(code: string): ExitCode {
  if (isCliErrorCode(code)) return CLI_ERRORS[code].exit;
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
