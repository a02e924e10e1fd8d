/** Inspections for tests, made by hand: the shortest way to say what a binary has. */
import type { Capability, ImportFact, Inspection, InterfaceFact, WasiTrack } from "@tau-edge/wasm";
import { sortedUnique } from "./observed-imports.ts";

export function moduleWith(names: readonly string[], changes: Partial<Inspection> = {}): Inspection {
  return inspection(
    "module",
    names.map((name, index) => ({
      name,
      field: `f${index}`,
      kind: "func",
      effective_name: name.replace(/^cm32p2\|(?=wasi:)/, ""),
      at: 10 + index,
    })),
    changes,
  );
}

/** Instances under their names; objects change single facts. */
export function componentWith(
  imports: readonly (string | Partial<ImportFact>)[],
  changes: Partial<Inspection> = {},
): Inspection {
  return inspection(
    "component",
    imports.map((given, index) => {
      const facts: Partial<ImportFact> = typeof given === "string" ? { name: given } : given;
      const name = facts.name ?? "x";
      return { kind: "instance", effective_name: facts.implements ?? name, at: 10 + index, ...facts, name };
    }),
    changes,
  );
}

export function grants(...capabilities: Capability[]): Partial<Inspection> {
  return { capabilities };
}

function inspection(
  kind: "module" | "component",
  imports: readonly ImportFact[],
  changes: Partial<Inspection>,
): Inspection {
  const facts = imports
    .filter((found) => kind === "module" || found.kind === "instance")
    .map((found) => interfaceFact(found.effective_name, found.version_suffix));
  return {
    schema_version: 1,
    kind,
    size_bytes: 8,
    imports,
    exports: [],
    export_count: 0,
    roles: [],
    interfaces: sortedUnique(facts.flatMap((fact) => (fact === undefined ? [] : [fact.name]))).flatMap(
      (name) => facts.find((fact) => fact?.name === name) ?? [],
    ),
    capabilities: [],
    nested: [],
    metadata: { producers: [], registry: {}, component_types: [], custom_sections: [] },
    warnings: [],
    ...changes,
  };
}

/** The few interfaces that the tests name; `known` here follows them, not the table of the reader. */
const KNOWN: ReadonlySet<string> = new Set([
  "0.2 cli/environment",
  "0.2 cli/stdout",
  "0.2 clocks/timezone",
  "0.2 clocks/wall-clock",
  "0.2 filesystem/types",
  "0.2 http/types",
  "0.2 http/outgoing-handler",
  "0.2 io/poll",
  "0.2 io/streams",
  "0.2 random/random",
  "0.2 sockets/tcp",
  "0.3 http/client",
  "0.3 clocks/monotonic-clock",
  "0.3 clocks/timezone",
]);

function interfaceFact(effectiveName: string, suffix = ""): InterfaceFact | undefined {
  const match = /^([a-z-]+):([a-z-]+)\/([a-z-]+)(?:@([0-9a-z.+-]+))?$/.exec(effectiveName);
  if (match === null) return undefined;
  const [, namespace = "", packageName = "", interfaceName = "", version] = match;
  const full = version === undefined ? undefined : version + suffix;
  const track = trackOf(full);
  return {
    name: effectiveName + suffix,
    namespace,
    package: packageName,
    interface: interfaceName,
    ...(full !== undefined && { version: full }),
    track,
    known: namespace === "wasi" && KNOWN.has(`${track} ${packageName}/${interfaceName}`),
    functions: [],
  };
}

function trackOf(version: string | undefined): WasiTrack {
  if (version === undefined) return "none";
  if (version.includes("-")) return "prerelease";
  if (/^0\.2(\.|$)/.test(version)) return "0.2";
  return /^0\.3(\.|$)/.test(version) ? "0.3" : "other";
}
