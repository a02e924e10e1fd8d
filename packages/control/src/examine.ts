/** What `package` and `inspect` share: hash, read and judge one buffer, and ask real validators about it. */

import { type Digest, digestOf, type Sha256 } from "@tau-edge/encoding";
import {
  addDeepFailure,
  judge,
  judgeMalformed,
  type Profile,
  type RuntimeProfile,
  type Verdict,
} from "@tau-edge/manifest";
import type { DeepVerdict, Validator } from "@tau-edge/ports";
import { type Inspection, inspect, WasmError, type WasmErrorCode } from "@tau-edge/wasm";

/** Why the bytes could not be read, as it is printed. */
export interface Malformation {
  readonly code: WasmErrorCode;
  readonly message: string;
  /** Byte offset in the outermost file. */
  readonly at: number;
  /** Place in the tree of nested binaries, `""` for the outermost one. */
  readonly path: string;
  /** The proposal, for E_FEATURE. */
  readonly feature?: string;
}

export interface Examined {
  readonly digest: Digest;
  readonly verdict: Verdict;
  /** Absent when the bytes are malformed; then `error` says why. */
  readonly inspection?: Inspection;
  readonly error?: Malformation;
}

export interface ExamineOptions {
  readonly profile: Profile;
  /** Where it was asked for in words of its own; default the profile's. */
  readonly runtimeProfile?: RuntimeProfile;
  /** Report wasm features even if the profile does not gate them. */
  readonly features?: boolean;
}

/** Malformed bytes are an answer, not an exception. */
export function examine(bytes: Uint8Array, options: ExamineOptions, sha256: Sha256): Examined {
  const { profile, runtimeProfile } = options;
  const digest = digestOf(sha256(bytes));
  try {
    const inspection = inspect(bytes, { features: options.features === true || profile.features !== "all" });
    const verdict = judge(inspection, profile, runtimeProfile === undefined ? {} : { runtime_profile: runtimeProfile });
    return { digest, verdict, inspection };
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
    const { code, message, at, path, feature } = error;
    const malformation = { code, message, at, path, ...(feature === undefined ? {} : { feature }) };
    return { digest, verdict: judgeMalformed(error, profile), error: malformation };
  }
}

export const NOT_ASKED: DeepVerdict = { result: "not_run", validators: [], reason: "not_asked" };

/**
 * A failed deep pass makes the verdict non-compliant; one that did not run changes nothing. What the strict reader
 * refused never reaches a validator.
 */
export async function examineDeeply(
  bytes: Uint8Array,
  examined: Examined,
  validator: Validator | undefined,
): Promise<{ readonly deep: DeepVerdict; readonly verdict: Verdict }> {
  const { verdict, inspection } = examined;
  if (validator === undefined || inspection === undefined) return { deep: NOT_ASKED, verdict };
  const deep = await validator.validate(bytes, inspection.kind);
  if (deep.result !== "failed") return { deep, verdict };
  return { deep, verdict: addDeepFailure(verdict, deep.detail ?? deep.reason ?? "") };
}
