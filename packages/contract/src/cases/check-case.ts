/** Is a case one that S1 would run? Its own rules first, and those of compatibility once all cases have kept the first. */
import { rustTrim } from "@tau-edge/manifest";
import { CASE_ERROR_CODES, type ContractCase, type ExpectedResult } from "./case.ts";
import { clipText } from "./clip-text.ts";
import { isJsonFields } from "./field-reader.ts";
import { normalCase } from "./normal-case.ts";
import { type FixtureRefusal, type FixtureRefusalCode, refuseFixture } from "./refusals.ts";
import { isEnvironment, isRuntime, targetRule } from "./targets.ts";

/** The rule that is broken first; `field` is its path below the case. */
interface Fault {
  readonly code: FixtureRefusalCode;
  readonly field: string;
  readonly found?: string | number;
}

/** contract.md 1.2, step 3, in its order. */
export function checkCase(given: ContractCase, index: number): FixtureRefusal | undefined {
  return refused(ownFault(given) ?? expectedFault(given.expected), index);
}

/** contract.md 1.2, step 5, in its order. What is expected to be malformed may be so in any of these ways. */
export function checkSupport(given: ContractCase, index: number): FixtureRefusal | undefined {
  return given.expected.outcome === "malformed_input" ? undefined : refused(supportFault(given), index);
}

const BLANK_RULES = [
  ["case_id", "case_id_blank"],
  ["deploy_target", "deploy_target_blank"],
  ["runtime_profile", "runtime_profile_blank"],
  ["blueprint_id", "blueprint_id_blank"],
  ["environment", "environment_blank"],
  ["region", "region_blank"],
] as const;

function ownFault(given: ContractCase): Fault | undefined {
  if (given.schema_version !== 1)
    return { code: "case_schema_version", field: "schema_version", found: given.schema_version };
  for (const [field, code] of BLANK_RULES) if (isBlank(given[field])) return { code, field };
  if (given.replicas === 0) return { code: "replicas_zero", field: "replicas" };
  const retryable = given.expected.outcome === "retryable_failure";
  if (given.simulate_retryable_failure && !retryable)
    return { code: "simulate_without_retryable", field: "simulate_retryable_failure" };
  if (retryable && !given.simulate_retryable_failure)
    return { code: "retryable_without_simulate", field: "expected.outcome" };
  return undefined;
}

function expectedFault({ outcome, status_code, error_code, response_body }: ExpectedResult): Fault | undefined {
  const status = { field: "expected.status_code", found: status_code };
  const code = { field: "expected.error_code", found: error_code };
  if (!isJsonFields(response_body)) return { code: "response_body_not_object", field: "expected.response_body" };
  if (outcome === "success") {
    if (!isBlank(error_code)) return { code: "success_with_error_code", ...code };
    return status_code < 200 || status_code > 299 ? { code: "success_status_range", ...status } : undefined;
  }
  if (isBlank(error_code)) return { code: "error_code_missing", field: code.field };
  if (!CASE_ERROR_CODES.some((known) => known === rustTrim(error_code))) return { code: "error_code_unknown", ...code };
  return status_code < 400 ? { code: "error_status_range", ...status } : undefined;
}

function supportFault(given: ContractCase): Fault | undefined {
  const normal = normalCase(given);
  const rule = targetRule(normal.target);
  if (rule === undefined) return { code: "target_unsupported", field: "deploy_target", found: given.deploy_target };
  if (!isRuntime(normal.runtime))
    return { code: "runtime_unsupported", field: "runtime_profile", found: given.runtime_profile };
  if (!isEnvironment(normal.environment))
    return { code: "environment_unsupported", field: "environment", found: given.environment };
  if (!rule.runtimes.includes(normal.runtime))
    return { code: "pair_unsupported", field: "runtime_profile", found: `${normal.target} with ${normal.runtime}` };
  if (rule.artifact === "image")
    return normal.container_image === "" ? { code: "container_image_missing", field: "container_image" } : undefined;
  const named = normal.wasm_module !== "" || normal.wasm_manifest !== "";
  return named ? undefined : { code: "wasm_artifact_missing", field: "wasm_module" };
}

function isBlank(text: string): boolean {
  return rustTrim(text) === "";
}

const FOUND_CHARS_MAX = 80;

function refused(fault: Fault | undefined, index: number): FixtureRefusal | undefined {
  if (fault === undefined) return undefined;
  const at = `cases[${index}].${fault.field}`;
  if (fault.found === undefined) return refuseFixture(fault.code, at);
  const found = typeof fault.found === "number" ? fault.found : JSON.stringify(clipText(fault.found, FOUND_CHARS_MAX));
  return refuseFixture(fault.code, at, `Found ${found}`);
}
