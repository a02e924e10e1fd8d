/** Where the artifact of a manifest may lie: beside it, nowhere else. The original followed any path. */
import { utf8Length } from "@tau-edge/encoding";
import { ManifestError } from "./errors.ts";
import { MANIFEST_LIMITS } from "./limits.ts";

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
  // Control and format characters, such as the ones that turn the reading direction: the name shown is not the name.
  if (/[\p{Cc}\p{Cf}\p{Cs}]/u.test(path)) return "has a control character";
  if (/[<>"|?*]/.test(path)) return "has a character that Windows forbids";
  // Windows leaves these out, so `.. ` would be the directory above.
  if (/[. ]$/.test(path)) return "ends with a dot or a space";
  if (DEVICE.test(path)) return "is a device of Windows";
  if (utf8Length(path) > MANIFEST_LIMITS.file_name_bytes_max) return "is longer than a file name can be";
  return undefined;
}

/** Reserved with any ending; the superscript digits count too. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i;
