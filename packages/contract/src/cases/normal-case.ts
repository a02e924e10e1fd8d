/** A case as S1 compares it: white space and ASCII case do not count where it says so. */
import { parseRuntimeProfile, rustTrim } from "@tau-edge/manifest";
import type { ContractCase } from "./case.ts";

export interface NormalCase {
  readonly case_id: string;
  /** Trimmed and in lowercase, as the two below. */
  readonly target: string;
  /** With underscores where one of S1's two names was written with hyphens. */
  readonly runtime: string;
  readonly environment: string;
  readonly blueprint: string;
  readonly region: string;
  readonly container_image: string;
  readonly wasm_module: string;
  readonly wasm_manifest: string;
}

export function normalCase(given: ContractCase): NormalCase {
  return {
    case_id: rustTrim(given.case_id),
    target: trimmedLowercase(given.deploy_target),
    runtime: normalRuntime(given.runtime_profile),
    environment: trimmedLowercase(given.environment),
    blueprint: rustTrim(given.blueprint_id),
    region: rustTrim(given.region),
    container_image: rustTrim(given.container_image),
    wasm_module: rustTrim(given.wasm_module),
    wasm_manifest: rustTrim(given.wasm_manifest),
  };
}

export function normalRuntime(text: string): string {
  const word = trimmedLowercase(text);
  return parseRuntimeProfile(word) ?? word;
}

export function trimmedLowercase(text: string): string {
  return asciiLowercase(rustTrim(text));
}

/** A to Z only: `toLowerCase` also changes letters that the original leaves, such as U+0130 and U+212A. */
export function asciiLowercase(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}
