/** The judgement of one inspection against one profile: a pure function of both. */
import type { WasmFeature } from "@tau-edge/wasm";
import type { ReasonCode } from "./reason-codes.ts";

export interface Reason {
  readonly code: ReasonCode;
  /** What exactly: an import name, a capability, a feature, a size. */
  readonly subject?: string;
  /** Byte offset of the offender, where there is one. */
  readonly at?: number;
  /** Place in the tree of nested binaries, such as `component/2/module/0`, where it is not the outermost one. */
  readonly path?: string;
  /** False for codes that only inform (`abi_assumed_no_imports`, `embedded_preview1_adapter`). */
  readonly fatal: boolean;
  /** One sentence; where possible a command that works. */
  readonly remedy: string;
}

/**
 * `legacy_compliant`: S1's prefix rule would pass it, the exact interface table does not. It is not compliant.
 */
export type Compliance = "compliant" | "legacy_compliant" | "non_compliant";

export interface Verdict {
  readonly schema_version: 1;
  readonly profile_id: string;
  /** Names the rules: `<table revision>+<rule revision>`, see policy-revision.ts. */
  readonly policy_revision: string;
  /** True exactly when `compliance` is "compliant". */
  readonly compliant: boolean;
  readonly compliance: Compliance;
  /** Distinct codes in S1's emission order, then ours in the order of reason-codes.ts. */
  readonly reason_codes: readonly ReasonCode[];
  /** One entry an offender, in the same order. */
  readonly reasons: readonly Reason[];
  /** Present only when the profile gates features. */
  readonly features?: readonly WasmFeature[];
}
