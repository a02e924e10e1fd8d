/** Was exactly this done before? The key of a case, and the identity of what it deploys. */
import { type Sha256, toHex, writeCanonicalJson } from "@tau-edge/encoding";
import { rustTrim } from "@tau-edge/manifest";
import type { ContractCase } from "./case.ts";
import { normalCase, normalRuntime, trimmedLowercase } from "./normal-case.ts";

/** Who is deployed where: a rollout record of `state.json` says it as a case does. */
export type IdentityFields = Pick<
  ContractCase,
  "deploy_target" | "runtime_profile" | "environment" | "blueprint_id" | "case_id" | "region"
>;

const KEY_PARTS = 7;

/**
 * `target:runtime:environment:blueprint:case_id:region:digest16`. The first five parts are S1's; `:` and `%` in a part are
 * `%3A` and `%25`, so that no two cases share a key.
 * @param artifactSha256 64 hex digits of what was opened, empty when nothing was
 */
export function caseKey(given: ContractCase, artifactSha256: string, sha256: Sha256): string {
  return `${caseIdentity(given)}:${caseDigest(given, artifactSha256, sha256)}`;
}

/** The first six parts of the key. What has the same is the same deployment in another version. */
export function caseIdentity(fields: IdentityFields): string {
  return [
    trimmedLowercase(fields.deploy_target),
    normalRuntime(fields.runtime_profile),
    trimmedLowercase(fields.environment),
    trimmedLowercase(fields.blueprint_id),
    rustTrim(fields.case_id),
    rustTrim(fields.region),
  ]
    .map(escapePart)
    .join(":");
}

/** The identity in a key of ours; a key of S1's, which names no region, stands for itself. */
export function identityOf(key: string): string {
  const parts = key.split(":");
  const digest = parts.pop() ?? "";
  return parts.length === KEY_PARTS - 1 && /^[0-9a-f]{16}$/.test(digest) ? parts.join(":") : key;
}

/** 16 hex digits over everything that is deployed, in normal form. */
function caseDigest(given: ContractCase, artifactSha256: string, sha256: Sha256): string {
  const { case_id: _, ...normal } = normalCase(given);
  const deployed = writeCanonicalJson({ ...normal, replicas: given.replicas, artifact: artifactSha256 });
  return toHex(sha256(deployed)).slice(0, 16);
}

function escapePart(text: string): string {
  return text.replaceAll("%", "%25").replaceAll(":", "%3A");
}
