/** Which problems go together: what a route can answer beside what is its own. */
import type { ProblemCode } from "./problems.ts";

/** What reading the ledger can end with, for the descriptions of routes. */
export const LEDGER_PROBLEMS: readonly ProblemCode[] = ["ledger_corrupt", "ledger_newer", "store_unavailable"];
/** What reading objects by their names in records can end with. */
export const OBJECT_PROBLEMS: readonly ProblemCode[] = ["object_corrupt", "object_too_large"];
/** What only those may do who have a token. */
export const OPERATOR_PROBLEMS: readonly ProblemCode[] = [
  "no_credentials_configured",
  "credentials_missing",
  "credentials_invalid",
  "scope_insufficient",
  "not_supported_here",
];
/** What writing objects and records can end with. */
export const WRITE_PROBLEMS: readonly ProblemCode[] = [
  ...LEDGER_PROBLEMS,
  ...OBJECT_PROBLEMS,
  "clock_jump",
  "record_too_large",
  "object_condemned",
  "store_full",
  "store_poisoned",
  "pointer_conflict",
  "pointer_corrupt",
  "windows_corrupt",
  "windows_newer",
];
/** What reading about links, agents and tokens can end with. */
export const ACCESS_READ_PROBLEMS: readonly ProblemCode[] = [
  ...LEDGER_PROBLEMS,
  "directory_corrupt",
  "directory_newer",
];
/** What can become of a privileged act beside its own refusals. */
export const ACCESS_WRITE_PROBLEMS: readonly ProblemCode[] = [
  ...ACCESS_READ_PROBLEMS,
  "clock_jump",
  "record_too_large",
  "store_full",
  "store_poisoned",
];
/** What a request with a proof can be told (RFC 9449 section 7.1). */
export const PROOF_PROBLEMS: readonly ProblemCode[] = [
  "invalid_dpop_proof",
  "use_dpop_nonce",
  "proofs_full",
  "public_base_url_missing",
];
/** What whoever says who they are can be told. */
export const CREDENTIAL_PROBLEMS: readonly ProblemCode[] = [
  ...OPERATOR_PROBLEMS,
  ...PROOF_PROBLEMS,
  ...ACCESS_READ_PROBLEMS,
  "rate_limited",
];
/** What reading the counters of the last cycle can end with. */
export const HEALTH_PROBLEMS: readonly ProblemCode[] = ["state_corrupt", "state_newer", "state_foreign"];
