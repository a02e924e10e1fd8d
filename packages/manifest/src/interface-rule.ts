/** Does a profile admit this WASI interface? One row of the answer table for each way in which it may not. */
import { type InterfaceFact, lookUpInterface } from "@tau-edge/wasm";
import type { Profile, WasiRange } from "./profile.ts";
import type { ReasonCode } from "./reason-codes.ts";
import { WORLD_TRACK, worldImports } from "./worlds.ts";

/** Undefined means admitted. */
export type InterfaceAnswer =
  | Extract<ReasonCode, "wasi_version_unsupported" | "wasi_interface_unknown" | "import_module_not_allowlisted">
  | undefined;

/** @param fact of the namespace `wasi` */
export function judgeInterface(fact: InterfaceFact, profile: Profile): InterfaceAnswer {
  if (fact.track !== "0.2" && fact.track !== "0.3") {
    // A prerelease, no version at all, or one of no WASI release.
    const known = lookUpInterface(nameOf(fact), "0.2") ?? lookUpInterface(nameOf(fact), "0.3");
    return known === undefined ? "wasi_interface_unknown" : "wasi_version_unsupported";
  }
  if (!usesTrack(profile, fact.track)) return "wasi_version_unsupported";
  if (!fact.known) return "wasi_interface_unknown";
  if (profile.worlds.some((world) => worldAdmits(world, fact))) return undefined;
  const ranges = profile.wasi.filter((range) => range.track === fact.track && names(range, fact));
  if (ranges.some((range) => within(range, fact.version))) return undefined;
  return ranges.length > 0 ? "wasi_version_unsupported" : "import_module_not_allowlisted";
}

const packageOf = (fact: InterfaceFact): string => `${fact.namespace}:${fact.package}`;
const nameOf = (fact: InterfaceFact): string => `${packageOf(fact)}/${fact.interface}`;

function usesTrack(profile: Profile, track: string): boolean {
  return profile.wasi.some((range) => range.track === track) || (profile.worlds.length > 0 && track === WORLD_TRACK);
}

function worldAdmits(world: string, fact: InterfaceFact): boolean {
  if (fact.track !== WORLD_TRACK) return false;
  return worldImports(world)?.includes(nameOf(fact)) ?? false;
}

function names(range: WasiRange, fact: InterfaceFact): boolean {
  if (range.package !== packageOf(fact)) return false;
  return range.interfaces?.includes(fact.interface) ?? !isUnstable(fact);
}

/** Hosts offer such an interface only when told to, so a profile has to name it. */
function isUnstable(fact: InterfaceFact): boolean {
  return lookUpInterface(nameOf(fact), fact.track)?.unstable ?? false;
}

function within(range: WasiRange, version: string | undefined): boolean {
  const patch = patchOf(version);
  // A canonical `0.2` without suffix stands for any patch: the lowest must be accepted, and the highest.
  if (range.min_version !== undefined && (patch ?? 0) < (patchOf(range.min_version) ?? 0)) return false;
  return range.max_version === undefined || (patch ?? Infinity) <= (patchOf(range.max_version) ?? 0);
}

/** On one track only the patch differs. */
function patchOf(version: string | undefined): number | undefined {
  const match = /^[0-9]+\.[0-9]+\.([0-9]+)/.exec(version ?? "");
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
