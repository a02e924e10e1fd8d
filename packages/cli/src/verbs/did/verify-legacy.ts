/** `did verify --legacy`: what the original called a DID. It is never one, so the answer never ends with 0. */
import { nativeSha256 } from "@tau-edge/adapter-node";
import {
  LEGACY_PROBLEMS,
  type LegacyClaim,
  type LegacyInputs,
  type LegacyProblem,
  legacyProblems,
  parseDidMethod,
  readLegacyPayload,
  verifyLegacyDid,
} from "@tau-edge/identity";
import { DID_DEFAULTS } from "../../did/did-defaults.ts";
import { payloadPathOf, readPayloadBytes } from "../../did/payload-file.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderLegacyDid } from "../../render/did.ts";
import type { DidVerifyOptions } from "./verify.ts";

/** What it is, without a hash of the entropy. */
export interface LegacyDidReport {
  readonly schema_version: 1;
  /** `recognised`: it has the original's form, and without entropy nobody can say more. */
  readonly outcome: "original" | "other_inputs" | "recognised" | "not_legacy";
  /** As it was given, or as the file has it; absent for a file of somebody else. */
  readonly did?: string;
  readonly entropy_proven?: boolean;
  readonly problems: readonly { readonly code: LegacyProblem; readonly meaning: string }[];
}

type Names = Omit<LegacyInputs, "entropy">;

export function verifyLegacy(
  operand: string | undefined,
  entropy: string | undefined,
  options: DidVerifyOptions,
  io: CliIo,
): ExitCode {
  const found = operand?.startsWith("did:") ? { claim: { did: operand } } : claimIn(operand, options, io);
  const report = found === undefined ? NOT_LEGACY : judge(found.claim, entropy, namesOf(found, options));
  io.stdout(options.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : renderLegacyDid(report));
  return EXIT.refused;
}

const NOT_LEGACY: LegacyDidReport = { schema_version: 1, outcome: "not_legacy", problems: [] };

interface FoundClaim {
  readonly claim: LegacyClaim;
  /** A file says them. */
  readonly names?: Names;
}

/** @throws IdentityError `payload_too_large`, `payload_syntax`, `payload_contradiction` */
function claimIn(operand: string | undefined, { stateDir }: DidVerifyOptions, io: CliIo): FoundClaim | undefined {
  const payload = readLegacyPayload(readPayloadBytes(payloadPathOf(operand, stateDir, io), io));
  if (payload === undefined) return undefined;
  const { did, fingerprint, method, network, subject } = payload;
  return { claim: { did, fingerprint }, names: { method, network, subject } };
}

/** @throws IdentityError `method_unknown` */
function namesOf({ claim, names }: FoundClaim, asked: DidVerifyOptions): Names {
  const method = claim.did.startsWith("did:web:") ? "web" : "key";
  return {
    method: parseDidMethod(asked.method ?? names?.method ?? method),
    network: asked.network ?? names?.network ?? DID_DEFAULTS.network,
    subject: asked.subject ?? names?.subject ?? DID_DEFAULTS.subject,
  };
}

function judge(claim: LegacyClaim, entropy: string | undefined, names: Names): LegacyDidReport {
  const { did } = claim;
  const recognised = legacyProblems(did);
  if (recognised === undefined) return { ...NOT_LEGACY, did };
  const problems = recognised.map((code) => ({ code, meaning: LEGACY_PROBLEMS[code] }));
  if (entropy === undefined) return { schema_version: 1, outcome: "recognised", did, problems };
  const verdict = verifyLegacyDid(claim, { ...names, entropy }, nativeSha256);
  return {
    schema_version: 1,
    outcome: verdict.outcome,
    did,
    ...(verdict.outcome === "original" && { entropy_proven: verdict.entropy_proven }),
    problems,
  };
}
