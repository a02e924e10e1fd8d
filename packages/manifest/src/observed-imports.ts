/** Which names a manifest states as `observed_import_modules`. */
import { compareUtf8 } from "@tau-edge/encoding";
import type { Inspection } from "@tau-edge/wasm";

/** Of a module its import module names, of a component the effective names of the outermost imports. */
export function observedImportModules(inspection: Inspection): readonly string[] {
  const module = inspection.kind === "module";
  return sortedUnique(inspection.imports.map((found) => (module ? found.name : found.effective_name)));
}

/**
 * What the original would have observed: import module names of the outermost module and of every nested module. In a
 * component these are internal wiring, which is why it could not read components; its old manifests state them.
 */
export function legacyObservedImports(inspection: Inspection): readonly string[] {
  const outer = inspection.kind === "module" ? inspection.imports.map((found) => found.name) : [];
  const nested = inspection.nested.filter((found) => found.kind === "module").flatMap((found) => found.import_names);
  return sortedUnique([...outer, ...nested]);
}

export function sortedUnique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort(compareUtf8);
}
