/** Errors of the command line itself: what each means, and with which code the process ends. The code is public API. */
import { EXIT, type ExitCode } from "./exit-codes.ts";

export const CLI_ERRORS = {
  usage: {
    exit: EXIT.usage,
    meaning: "The command line, or a variable that stands for a part of it, makes no sense.",
  },
  file_not_found: {
    exit: EXIT.failed,
    meaning: "There is no such file.",
  },
  file_unreadable: {
    exit: EXIT.failed,
    meaning: "The file cannot be read.",
  },
  not_a_file: {
    exit: EXIT.failed,
    meaning: "What stands there is a directory, a device or something else that is no regular file.",
  },
  not_a_directory: {
    exit: EXIT.failed,
    meaning: "Where a directory is needed, there is none, or something else.",
  },
  file_too_large: {
    exit: EXIT.refused,
    meaning: "The file is larger than the limit; it was not read.",
  },
  file_changed: {
    exit: EXIT.failed,
    meaning: "The file changed while it was read.",
  },
  file_exists: {
    exit: EXIT.failed,
    meaning: "The file that is to be made for a secret exists already.",
  },
  file_unwritable: {
    exit: EXIT.failed,
    meaning: "The file that is to be made cannot be written.",
  },
  not_empty: {
    exit: EXIT.refused,
    meaning: "The directory that is to be written holds something already.",
  },
  secret_in_configuration: {
    exit: EXIT.refused,
    meaning: "A secret stands in a configuration file that is to be copied without secrets.",
  },
  no_match: {
    exit: EXIT.failed,
    meaning: "No file matches the pattern.",
  },
  profile_unknown: {
    exit: EXIT.usage,
    meaning: "There is no built-in profile of this id.",
  },
  manifest_refused: {
    exit: EXIT.refused,
    meaning: "The manifest is malformed, newer, or points away from its directory.",
  },
  gateway_failed: {
    exit: EXIT.failed,
    meaning: "The gateway answered that it failed.",
  },
  gateway_unreachable: {
    exit: EXIT.failed,
    meaning: "The gateway cannot be reached, or did not answer in time.",
  },
  gateway_malformed: {
    exit: EXIT.failed,
    meaning: "What came back is no answer of a gateway that this program knows.",
  },
  gateway_insecure: {
    exit: EXIT.usage,
    meaning: "The token would travel in the clear.",
  },
  token_malformed: {
    exit: EXIT.usage,
    meaning: "What should be a token is none, or is missing.",
  },
  rollout_unknown: {
    exit: EXIT.refused,
    meaning: "There is no such rollout.",
  },
  report_unknown: {
    exit: EXIT.refused,
    meaning: "No run ended with a report of this digest.",
  },
  event_unknown: {
    exit: EXIT.integrity,
    meaning: "The ledger does not have the events that were told before: it was restored from an earlier state.",
  },
  rollout_not_ended: {
    exit: EXIT.refused,
    meaning: "The rollout has not ended, so there is no report of it.",
  },
  backend_malformed: {
    exit: EXIT.usage,
    meaning: "The file of `run --backend` describes no program.",
  },
  derived_malformed: {
    exit: EXIT.usage,
    meaning: "The file of `release create --derived` does not describe derived code.",
  },
  derived_differs: {
    exit: EXIT.integrity,
    meaning: "A file of derived code is not what its document says of it.",
  },
  golden_malformed: {
    exit: EXIT.usage,
    meaning: "The file of `replay --against` is no trace.",
  },
  stream_unreadable: {
    exit: EXIT.integrity,
    meaning: "What is asked needs every stream, and one is damaged.",
  },
  no_release: {
    exit: EXIT.refused,
    meaning: "Nothing is committed, and nothing exposed that the key would get.",
  },
  override_unknown: {
    exit: EXIT.refused,
    meaning: "The release that was asked for by name is neither the candidate nor the committed one.",
  },
  did_host_not_public: {
    exit: EXIT.refused,
    meaning: "The host of a did:web is one of a private network, or of this machine.",
  },
  did_unreachable: {
    exit: EXIT.failed,
    meaning: "The host of a did:web gives no document, or not within the limits.",
  },
} as const satisfies { readonly [code: string]: { readonly exit: ExitCode; readonly meaning: string } };

export type CliErrorCode = keyof typeof CLI_ERRORS;
