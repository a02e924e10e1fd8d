/** Which rules gave a verdict: the revision of the WASI table and the revision of the rules in this package. */
import { TABLE_REVISION } from "@tau-edge/wasm";

/** Raised whenever the same inspection and profile would give another verdict. */
export const RULE_REVISION = "rules-2";

export const POLICY_REVISION: string = `${TABLE_REVISION}+${RULE_REVISION}`;
