/**
 * What does a case come to? A pure function of the case and of what was found where it points (contract.md 1.3, in its
 * order). Beyond S1's rows, a manifest must be of the case's blueprint, and a module that exists must be one.
 */
import { rustTrim } from "@tau-edge/manifest";
import type { CaseErrorCode, ContractCase } from "./case.ts";
import { clipText } from "./clip-text.ts";
import type { BodyValue, DeployedArtifact, Evaluation } from "./evaluation.ts";
import type { CaseFindings, InvalidFinding, ManifestFinding, ModuleFinding } from "./findings.ts";
import { DETAIL_CHARS_MAX } from "./limits.ts";
import { type NormalCase, normalCase } from "./normal-case.ts";
import { isEnvironment, isRuntime, type TargetRule, targetRule } from "./targets.ts";

/** What must be looked at before the case can be evaluated. */
export interface WantedArtifact {
  readonly kind: "manifest" | "module";
  /** Trimmed, as the case names it. */
  readonly path: string;
}

/** @returns undefined when the case alone decides */
export function wantedArtifact(given: ContractCase): WantedArtifact | undefined {
  const judged = judge(given);
  return "wanted" in judged ? judged.wanted : undefined;
}

/** @throws TypeError when the finding of `wantedArtifact` is not there */
export function evaluate(given: ContractCase, findings: CaseFindings): Evaluation {
  const judged = judge(given);
  if ("outcome" in judged) return judged;
  const { normal, rule, wanted, replicas } = judged;
  if (wanted === undefined) return accepted(normal, rule, replicas, imageOf(normal));
  if (wanted.kind === "manifest") return withManifest(judged, findings.manifest);
  return withModule(judged, findings.module);
}

/** Row 1, also for a deployment that a backend did not accept. */
export function unavailable(given: ContractCase, detail: string): Evaluation {
  return {
    outcome: "retryable_failure",
    status_code: 503,
    error_code: "deployment_backend_unavailable",
    response_body: { status: "retryable", reason: "control_plane_unavailable" },
    reason: "control_plane_unavailable",
    rollout_strategy: "",
    artifact: namedArtifact(normalCase(given)),
    detail_code: "",
    detail: clipText(detail, DETAIL_CHARS_MAX),
  };
}

interface Undecided {
  readonly normal: NormalCase;
  readonly rule: TargetRule;
  readonly replicas: number;
  /** Absent for an image, which nobody opens. */
  readonly wanted: WantedArtifact | undefined;
}

/** Rows 1 to 8, 11 and 12: all that needs no file. */
function judge(given: ContractCase): Evaluation | Undecided {
  if (given.simulate_retryable_failure) return unavailable(given, "");
  const normal = normalCase(given);
  const refuse = (status: number, code: CaseErrorCode, reason: string) =>
    rejected(status, code, reason, namedArtifact(normal));
  const rule = targetRule(normal.target);
  if (rule === undefined) return refuse(400, "deployment_invalid_blueprint", "unsupported_target");
  if (!isRuntime(normal.runtime)) return refuse(400, "deployment_invalid_blueprint", "unsupported_runtime_profile");
  if (!isEnvironment(normal.environment)) return refuse(400, "deployment_invalid_blueprint", "unsupported_environment");
  if (!rule.runtimes.includes(normal.runtime))
    return refuse(422, "deployment_unsupported_runtime", "runtime_target_mismatch");
  if (normal.blueprint === "") return refuse(400, "deployment_invalid_blueprint", "missing_blueprint_id");
  if (normal.region === "") return refuse(400, "deployment_invalid_blueprint", "missing_region");
  if (given.replicas === 0) return refuse(400, "deployment_invalid_blueprint", "invalid_replica_count");
  const wanted = rule.artifact === "wasm" ? wantedOf(normal) : undefined;
  if (rule.artifact === "wasm" && wanted === undefined)
    return refuse(400, "deployment_missing_artifact", "missing_wasm_module");
  if (rule.artifact === "image" && normal.container_image === "")
    return refuse(400, "deployment_missing_artifact", "missing_container_image");
  return { normal, rule, replicas: given.replicas, wanted };
}

function wantedOf(normal: NormalCase): WantedArtifact | undefined {
  if (normal.wasm_manifest !== "") return { kind: "manifest", path: normal.wasm_manifest };
  return normal.wasm_module === "" ? undefined : { kind: "module", path: normal.wasm_module };
}

/** Rows 9 and 10, and the blueprint, which S1 does not compare. */
function withManifest(undecided: Undecided, found: ManifestFinding | undefined): Evaluation {
  const { normal, rule, replicas } = undecided;
  if (found === undefined) throw new TypeError("the manifest that the case names was not looked at");
  if (found.outcome === "invalid") return refusedFile(normal, "invalid_wasm_manifest", found);
  const artifact: DeployedArtifact = {
    artifact: found.artifact_path,
    artifact_sha256: found.artifact_sha256,
    artifact_size_bytes: found.artifact_size_bytes,
    artifact_manifest: normal.wasm_manifest,
    runtime_constraints: found.capability_constraints,
  };
  if (found.runtime_profile !== normal.runtime) {
    const detail = `The manifest is for ${found.runtime_profile}`;
    const reason = "wasm_manifest_runtime_mismatch";
    return { ...rejected(422, "deployment_unsupported_runtime", reason, artifact), detail: clip(detail) };
  }
  if (rustTrim(found.blueprint_id) !== normal.blueprint) {
    const detail = `The manifest is for the blueprint ${found.blueprint_id}`;
    const reason = "wasm_manifest_blueprint_mismatch";
    return { ...rejected(422, "deployment_invalid_blueprint", reason, artifact), detail: clip(detail) };
  }
  return accepted(normal, rule, replicas, artifact, {
    artifact_sha256: artifact.artifact_sha256,
    artifact_size_bytes: artifact.artifact_size_bytes,
    artifact_manifest: artifact.artifact_manifest,
    runtime_constraints: artifact.runtime_constraints,
  });
}

/** S1 never opens a module. One that is there must be one; one that is not is the label that S1 takes it for. */
function withModule(undecided: Undecided, found: ModuleFinding | undefined): Evaluation {
  const { normal, rule, replicas } = undecided;
  if (found === undefined) throw new TypeError("the module that the case names was not looked at");
  if (found.outcome === "invalid") return refusedFile(normal, "invalid_wasm_module", found);
  const opened = found.outcome === "valid" ? found : { artifact_sha256: "", artifact_size_bytes: 0 };
  return accepted(normal, rule, replicas, {
    ...namedArtifact(normal),
    artifact_sha256: opened.artifact_sha256,
    artifact_size_bytes: opened.artifact_size_bytes,
  });
}

/** Row 13. */
function accepted(
  normal: NormalCase,
  rule: TargetRule,
  replicas: number,
  artifact: DeployedArtifact,
  more: { readonly [key: string]: BodyValue } = {},
): Evaluation {
  const response_body = {
    status: "accepted",
    blueprint_id: normal.blueprint,
    deploy_target: normal.target,
    runtime_profile: normal.runtime,
    environment: normal.environment,
    region: normal.region,
    replicas,
    rollout_strategy: rule.rollout_strategy,
    artifact: artifact.artifact,
    ...more,
  };
  return {
    outcome: "success",
    status_code: rule.status_code,
    error_code: "",
    response_body,
    reason: "",
    rollout_strategy: rule.rollout_strategy,
    artifact,
    detail_code: "",
    detail: "",
  };
}

function refusedFile(normal: NormalCase, reason: string, found: InvalidFinding): Evaluation {
  return {
    ...rejected(400, "deployment_missing_artifact", reason, namedArtifact(normal)),
    detail_code: clip(found.code),
    detail: clip(found.detail),
  };
}

function rejected(
  status_code: number,
  error_code: CaseErrorCode,
  reason: string,
  artifact: DeployedArtifact,
): Evaluation {
  return {
    outcome: "malformed_input",
    status_code,
    error_code,
    response_body: { status: "rejected", reason },
    reason,
    rollout_strategy: "",
    artifact,
    detail_code: "",
    detail: "",
  };
}

/** What the case names, unopened. */
function namedArtifact(normal: NormalCase): DeployedArtifact {
  if (targetRule(normal.target)?.artifact === "image") return imageOf(normal);
  return { ...imageOf(normal), artifact: normal.wasm_module, artifact_manifest: normal.wasm_manifest };
}

function imageOf(normal: NormalCase): DeployedArtifact {
  return {
    artifact: normal.container_image,
    artifact_sha256: "",
    artifact_size_bytes: 0,
    artifact_manifest: "",
    runtime_constraints: [],
  };
}

function clip(text: string): string {
  return clipText(text, DETAIL_CHARS_MAX);
}
