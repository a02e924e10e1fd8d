/**
 * What is found where cases point. Strict: a manifest must say nothing that its artifact contradicts, and the artifact must
 * be allowed; a module without a manifest must be allowed as well. Each file is opened once a cycle, however many cases
 * name it, so two of them can never disagree.
 */
import type {
  CaseFindings,
  ContractCase,
  InvalidFinding,
  ManifestFinding,
  ModuleFinding,
  WantedArtifact,
} from "@tau-edge/contract";
import { digestHex, type Sha256 } from "@tau-edge/encoding";
import {
  DEFAULT_PROFILE,
  judge,
  legacyProfile,
  MANIFEST_LIMITS,
  ManifestError,
  parseRuntimeProfile,
  RUNTIME_PROFILES,
  type RuntimeProfile,
  rustTrim,
  type Verdict,
} from "@tau-edge/manifest";
import { type ArtifactFiles, type ArtifactPlace, PortError } from "@tau-edge/ports";
import { examine } from "../examine.ts";
import { inspectManifest, type ManifestReport } from "../inspect-manifest.ts";
import { REMEMBERED_FINDINGS_MAX } from "../limits.ts";
import { RecentFindings } from "./recent-findings.ts";

export interface FoundArtifact {
  readonly findings: CaseFindings;
  /** Absent when there is no file, or none that can be read. */
  readonly place?: ArtifactPlace;
}

export interface ArtifactPorts {
  readonly artifacts: ArtifactFiles;
  readonly sha256: Sha256;
}

/** For one cycle. */
export class CaseArtifacts {
  readonly #ports: ArtifactPorts;
  readonly #manifests = new RecentFindings<FoundArtifact>(REMEMBERED_FINDINGS_MAX);
  readonly #modules = new RecentFindings<OpenedModule>(REMEMBERED_FINDINGS_MAX);

  constructor(ports: ArtifactPorts) {
    this.#ports = ports;
  }

  async find({ kind, path }: WantedArtifact, { runtime_profile }: ContractCase): Promise<FoundArtifact> {
    if (kind === "manifest") return this.#manifests.get(path, () => findManifest(path, this.#ports));
    const { findingFor, place } = await this.#modules.get(path, () => openModule(path, this.#ports));
    const runtime = parseRuntimeProfile(rustTrim(runtime_profile).toLowerCase());
    return located({ module: findingFor(runtime) }, place);
  }
}

interface OpenedModule {
  readonly place?: ArtifactPlace;
  findingFor(runtime: RuntimeProfile | undefined): ModuleFinding;
}

function located(findings: CaseFindings, place: ArtifactPlace | undefined): FoundArtifact {
  return { findings, ...(place === undefined ? {} : { place }) };
}

async function findManifest(path: string, ports: ArtifactPorts): Promise<FoundArtifact> {
  try {
    const file = await ports.artifacts.read(path, MANIFEST_LIMITS.manifest_bytes_max);
    if (file === undefined) throw new FileMissing("manifest_missing", `There is no file ${path}`);
    const manifest = await judgeManifest(path, file.bytes, file.place, ports);
    return located({ manifest }, file.place);
  } catch (error) {
    return { findings: { manifest: invalidBy(error) } };
  }
}

async function judgeManifest(
  path: string,
  bytes: Uint8Array,
  place: ArtifactPlace,
  { artifacts, sha256 }: ArtifactPorts,
): Promise<ManifestFinding> {
  const directory = path.slice(0, path.lastIndexOf("/") + 1);
  const readArtifact = async (name: string): Promise<Uint8Array> => {
    const file = await artifacts.read(directory + name, MANIFEST_LIMITS.artifact_size_bytes_max, place);
    if (file === undefined)
      throw new FileMissing("artifact_missing", `There is no artifact ${name} beside the manifest`);
    return file.bytes;
  };
  const report = await inspectManifest(path, bytes, {}, { sha256, readArtifact });
  return refusalOf(report) ?? claimsOf(report);
}

function claimsOf({ claims }: ManifestReport): ManifestFinding {
  return {
    outcome: "valid",
    runtime_profile: claims.runtime_profile,
    blueprint_id: claims.blueprint_id,
    artifact_path: claims.artifact_path,
    artifact_sha256: claims.artifact_sha256,
    artifact_size_bytes: claims.artifact_size_bytes,
    capability_constraints: claims.capability_constraints,
  };
}

function refusalOf(report: ManifestReport): InvalidFinding | undefined {
  const { error, holds, mismatches } = report;
  const contradicted = mismatches.find(({ fatal }) => fatal);
  if (!holds && contradicted !== undefined)
    return invalid(contradicted.code, `The artifact contradicts ${contradicted.at} of its manifest`);
  if (error !== undefined) return invalid(error.code, error.message);
  return report.compliant ? undefined : notAllowed(report);
}

async function openModule(path: string, ports: ArtifactPorts): Promise<OpenedModule> {
  try {
    const file = await ports.artifacts.read(path, MANIFEST_LIMITS.artifact_size_bytes_max);
    if (file === undefined) return { findingFor: () => ({ outcome: "absent" }) };
    const { bytes, place } = file;
    const findings = new Map<string, ModuleFinding>(
      RUNTIME_PROFILES.map((runtime) => [runtime, judgeModule(bytes, runtime, ports)]),
    );
    // A case of another runtime is refused for that, before anybody looks at its module.
    return { place, findingFor: (runtime) => (runtime && findings.get(runtime)) ?? { outcome: "absent" } };
  } catch (error) {
    const finding = invalidBy(error);
    return { findingFor: () => finding };
  }
}

/** By the profile that S1 means, or by this program's own: one of the two is what packaging would judge by. */
function judgeModule(bytes: Uint8Array, runtime: RuntimeProfile, { sha256 }: ArtifactPorts): ModuleFinding {
  const { digest, error, inspection, verdict } = examine(bytes, { profile: legacyProfile(runtime) }, sha256);
  if (inspection === undefined) return invalid(error?.code ?? "malformed", error?.message ?? "It cannot be read");
  const ours = DEFAULT_PROFILE.runtime_profile === runtime && judge(inspection, DEFAULT_PROFILE).compliant;
  if (!verdict.compliant && !ours) return notAllowed(verdict);
  return { outcome: "valid", artifact_sha256: digestHex(digest), artifact_size_bytes: bytes.length };
}

function notAllowed({ profile_id, reason_codes, reasons }: Verdict): InvalidFinding {
  const fatal = reasons.filter((reason) => reason.fatal);
  const why = [...new Set(fatal.map(({ code, subject }) => (subject === undefined ? code : `${code} ${subject}`)))];
  return invalid(
    fatal[0]?.code ?? reason_codes[0] ?? "not_compliant",
    `Not allowed by ${profile_id}: ${why.join(", ")}`,
  );
}

function invalidBy(error: unknown): InvalidFinding {
  if (error instanceof FileMissing || error instanceof ManifestError || error instanceof PortError)
    return invalid(error.code, error.message);
  throw error;
}

function invalid(code: string, detail: string): InvalidFinding {
  return { outcome: "invalid", code, detail };
}

class FileMissing extends Error {
  override readonly name = "FileMissing";
  readonly code: string;

  constructor(code: "manifest_missing" | "artifact_missing", message: string) {
    super(message);
    this.code = code;
  }
}
