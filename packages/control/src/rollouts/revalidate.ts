/** Named validations of what goes next after a rollback or an abort, and what they said. */
import { type Digest, digestBytes, type Sha256 } from "@tau-edge/encoding";
import { type CommitObject, makeCommitObject } from "@tau-edge/ledger";
import { builtinProfile, DEFAULT_PROFILE, MANIFEST_LIMITS, type Verdict } from "@tau-edge/manifest";
import { type DeepVerdict, type ObjectReader, PortError } from "@tau-edge/ports";
import { examine, examineDeeply } from "../examine.ts";
import type { Prepared } from "./apply-command.ts";
import { type RefusedAct, refuseAct } from "./refusals.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RevalidateRequest } from "./rollouts.ts";

type RevalidationRefusal = "manifest_unknown" | "package_collected" | "validation_unknown" | "validator_missing";

interface Validation {
  readonly passed: boolean;
  readonly verdict: Verdict;
  readonly deep?: DeepVerdict;
}

/** @throws PortError `object_condemned`, `object_corrupt` when the packaged artifact is gone: nothing is proven then */
export async function prepareRevalidate(
  { manifest, validation }: RevalidateRequest,
  ports: RolloutPorts,
): Promise<Prepared | RefusedAct<RevalidationRefusal>> {
  const found = await ports.catalog.find(manifest);
  if (found?.part !== "manifest") return refuseAct("manifest_unknown");
  const { artifact, profile_id } = found.deliverable;
  if ((await ports.catalog.collected(artifact)) !== undefined) return refuseAct("package_collected");
  const bytes = await readArtifact(artifact, ports.objects);
  const validated = await validate(validation, profile_id, bytes, ports);
  if ("outcome" in validated) return validated;
  const { passed } = validated;
  const object = reportObject(validation, manifest, artifact, validated, ports.sha256);
  return { command: { do: "revalidate", validation, manifest, passed, report: object.digest }, objects: [object] };
}

async function validate(
  validation: string,
  profile_id: string,
  bytes: Uint8Array,
  { validator, sha256 }: RolloutPorts,
): Promise<Validation | RefusedAct<RevalidationRefusal>> {
  const named = validation.startsWith("profile:") ? validation.slice("profile:".length) : undefined;
  const profile = named === undefined ? undefined : builtinProfile(named);
  if (profile !== undefined) {
    const { verdict } = examine(bytes, { profile }, sha256);
    return { passed: verdict.compliant, verdict };
  }
  if (validation !== "deep") return refuseAct("validation_unknown");
  if (validator === undefined) return refuseAct("validator_missing");
  const examined = examine(bytes, { profile: builtinProfile(profile_id) ?? DEFAULT_PROFILE }, sha256);
  const { deep, verdict } = await examineDeeply(bytes, examined, validator);
  // A validator that did not run has found nothing wrong, and proven nothing.
  return { passed: deep.result === "passed", verdict, deep };
}

async function readArtifact(artifact: Digest, objects: ObjectReader): Promise<Uint8Array> {
  const bytes = await objects.read(artifact, MANIFEST_LIMITS.artifact_size_bytes_max);
  if (bytes === undefined) throw new PortError("object_condemned", artifact, "The packaged artifact is not stored");
  return bytes;
}

/** `CBOR(["revalidation_report_v1", …])`. */
function reportObject(
  validation: string,
  manifest: Digest,
  artifact: Digest,
  { passed, verdict, deep }: Validation,
  sha256: Sha256,
): CommitObject {
  const data = {
    v: 1,
    validation,
    manifest: digestBytes(manifest),
    artifact: digestBytes(artifact),
    passed,
    reasons: verdict.reasons.map(({ code }) => code),
    ...(deep === undefined
      ? {}
      : {
          deep_result: deep.result,
          validators: deep.validators.map(({ name, version }) => `${name}/${version}`),
          ...(deep.reason === undefined ? {} : { deep_reason: deep.reason }),
        }),
  };
  return makeCommitObject("revalidation_report_v1", data, sha256);
}
