/** The deep pass: real validators over bytes that the strict reader has already accepted. */
export interface DeepVerdict {
  readonly result: "passed" | "failed" | "not_run";
  /** Such as `jco-transpile/0.15.0` and `v8/13.6`; empty when nothing ran. */
  readonly validators: readonly { readonly name: string; readonly version: string }[];
  /** Why it failed or did not run: a code of DEEP_REASONS, and the validator's own words (cut at 1,000 characters). */
  readonly reason?: DeepReason;
  readonly detail?: string;
}

export type DeepReason =
  | "validator_refused"
  | "validator_timeout"
  | "validator_crashed"
  | "validator_not_installed"
  | "not_asked";

export interface Validator {
  /** Never throws for what the bytes do: a crash or a hang of the validator is a verdict. */
  validate(bytes: Uint8Array, kind: "module" | "component" | "wit_package"): Promise<DeepVerdict>;
  /** Ends the worker, so that the process can exit. */
  close(): Promise<void>;
}
