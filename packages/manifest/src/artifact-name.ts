/** Where the artifact of a manifest may lie: beside it, nowhere else. The original followed any path. */
import { ManifestError } from "./errors.ts";

/**
 * @param artifactPath `artifact_path` of any manifest
 * @returns the same text, known to be a plain file name on every system
 * @throws ManifestError `artifact_path_escapes`
 */
export function resolveArtifactName(artifactPath: string): string {
  const fault = faultOf(artifactPath);
  if (fault === undefined) return artifactPath;
  throw new ManifestError(
    "artifact_path_escapes",
    "$.artifact_path",
    `The artifact's path ${fault}`,
    "Put the artifact beside its manifest and state its file name only, or package it anew with `tau-edge package x.wasm`.",
  );
}

function faultOf(path: string): string | undefined {
  if (path.trim() === "") return "is blank";
  if (path === "." || path === "..") return "is a directory";
  if (path.includes("/")) return "has a separator";
  if (path.includes("\\")) return "has a backslash";
  // A drive letter (`C:x`) or a stream of NTFS (`x:y`).
  if (path.includes(":")) return "has a colon";
  if (/[\u0000-\u001f\u007f]/.test(path)) return "has a control character";
  return undefined;
}
