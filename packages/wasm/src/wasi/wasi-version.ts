/** Which versions of an interface may stand in for each other, and which WASI release train a version belongs to? */
import type { WasiTrack } from "../inspection.ts";

const VERSION = /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const CANONICAL = /^(?:[1-9][0-9]*|0\.[1-9][0-9]*)$/;

/**
 * The compatibility track of a semantic version (Component Model, canonical interface names): `1.4.2` -> `1`,
 * `0.2.12` -> `0.2`; below `0.1`, and for prereleases, only the version itself. Undefined when it is not a version.
 */
export function versionTrack(version: string): string | undefined {
  if (CANONICAL.test(version)) return version;
  const match = VERSION.exec(version);
  if (match === null) return undefined;
  const [, major = "0", minor = "0", , prerelease] = match;
  if (prerelease !== undefined) return version;
  if (major !== "0") return major;
  return minor === "0" ? version : `0.${minor}`;
}

/** Two versions that a host may link to each other. */
export function areCompatible(left: string, right: string): boolean {
  const track = versionTrack(left);
  return track !== undefined && track === versionTrack(right);
}

/** Versions with build metadata are `other`: no WASI release carries any. */
export function wasiTrack(namespace: string, version: string | undefined): WasiTrack {
  if (version === undefined) return "none";
  if (namespace !== "wasi" || version.includes("+")) return "other";
  if (version.includes("-")) return versionTrack(version) === undefined ? "other" : "prerelease";
  const track = versionTrack(version);
  return track === "0.2" || track === "0.3" ? track : "other";
}
