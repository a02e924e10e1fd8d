/** What changed between two binaries, as far as a host or a reviewer must care. */
import { compareUtf8 } from "@tau-edge/encoding";
import type { BinaryKind, ImportFact, Inspection, InterfaceFact } from "@tau-edge/wasm";

export interface Change {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

export interface InspectionDiff {
  readonly schema_version: 1;
  readonly kind: { readonly before: BinaryKind; readonly after: BinaryKind };
  readonly size_bytes: { readonly before: number; readonly after: number; readonly delta: number };
  /** Effective names; of modules `module#field`. */
  readonly imports: Change;
  /** Without version on a known track, so that a new patch release is not a new interface: see `versions`. */
  readonly interfaces: Change;
  /** Interfaces that both have, in different versions. */
  readonly versions: readonly { readonly interface: string; readonly before: string; readonly after: string }[];
  /** `interface#function`. */
  readonly functions: Change;
  readonly capabilities: Change;
  /** Present only when both inspections were made with features. */
  readonly features?: Change;
  /** Listed exports; complete when `exports_complete`. */
  readonly exports: Change;
  readonly exports_complete: boolean;
  readonly roles: Change;
  /** See gainsCapability. */
  readonly gains_capability: boolean;
}

export function diffInspections(before: Inspection, after: Inspection): InspectionDiff {
  const pair = (names: (inspection: Inspection) => readonly string[]) => change(names(before), names(after));
  return {
    schema_version: 1,
    kind: { before: before.kind, after: after.kind },
    size_bytes: {
      before: before.size_bytes,
      after: after.size_bytes,
      delta: after.size_bytes - before.size_bytes,
    },
    imports: pair((of) => of.imports.map(importName)),
    interfaces: pair((of) => of.interfaces.map(trackName)),
    versions: versionChanges(before, after),
    functions: pair((of) =>
      of.interfaces.flatMap((fact) => fact.functions.map((name) => `${trackName(fact)}#${name}`)),
    ),
    capabilities: pair((of) => of.capabilities),
    ...(before.features !== undefined &&
      after.features !== undefined && { features: change(before.features, after.features) }),
    exports: pair((of) => of.exports.map((found) => found.name)),
    exports_complete: [before, after].every((of) => of.exports.length === of.export_count),
    roles: pair((of) => of.roles),
    gains_capability: gainsCapability(before, after),
  };
}

/**
 * Can the new binary reach something that the old one could not? Yes when it gains a capability, and also when it gains
 * an import that the table of interfaces says nothing about: what is unknown is not assumed harmless.
 */
export function gainsCapability(before: Inspection, after: Inspection): boolean {
  if (change(before.capabilities, after.capabilities).gained.length > 0) return true;
  const explained = new Set(after.interfaces.filter((fact) => fact.known).map((fact) => fact.name));
  const unexplained = (of: Inspection) =>
    of.imports.filter((found) => !isExplained(found, explained)).map((found) => `${found.kind} ${importName(found)}`);
  return change(unexplained(before), unexplained(after)).gained.length > 0;
}

function isExplained(found: ImportFact, explained: ReadonlySet<string>): boolean {
  return explained.has(found.effective_name + (found.version_suffix ?? ""));
}

function importName(found: ImportFact): string {
  return found.field === undefined ? found.effective_name : `${found.name}#${found.field}`;
}

/** `wasi:io/poll@0.2` for every 0.2.x; the full name where no track says that versions are compatible. */
function trackName(fact: InterfaceFact): string {
  const onTrack = fact.track === "0.2" || fact.track === "0.3";
  return onTrack ? `${fact.namespace}:${fact.package}/${fact.interface}@${fact.track}` : fact.name;
}

function versionChanges(before: Inspection, after: Inspection): InspectionDiff["versions"] {
  const versions = (of: Inspection): ReadonlyMap<string, string> =>
    new Map(
      [...Map.groupBy(of.interfaces, trackName)].map(([name, facts]) => [
        name,
        facts.map((fact) => fact.version ?? "none").join(", "),
      ]),
    );
  const older = versions(before);
  return [...versions(after)].flatMap(([name, version]) => {
    const was = older.get(name);
    return was === undefined || was === version ? [] : [{ interface: name, before: was, after: version }];
  });
}

function change(before: readonly string[], after: readonly string[]): Change {
  return { gained: without(after, before), lost: without(before, after) };
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return [...new Set(names)].filter((name) => !known.has(name)).sort(compareUtf8);
}
