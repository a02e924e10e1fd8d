/** Puts what was read into the form in which it is reported. */
import type { ComponentExport, ComponentImport } from "./component/component.ts";
import type { CoreExport } from "./core/exports.ts";
import type { CoreImport } from "./core/imports.ts";
import type { ExportFact, ImportFact } from "./inspection.ts";
import { effectiveModule } from "./interfaces.ts";

export function coreImports(imports: readonly CoreImport[]): ImportFact[] {
  return imports.map(({ module, field, kind, at }) => ({
    name: module,
    field,
    kind,
    effective_name: effectiveModule(module),
    at,
  }));
}

export function componentImports(imports: readonly ComponentImport[]): ImportFact[] {
  return imports.map(({ name, kind }) => ({
    name: name.name,
    kind,
    effective_name: name.implements ?? name.name,
    ...(name.implements === undefined ? {} : { implements: name.implements }),
    ...(name.versionSuffix === undefined ? {} : { version_suffix: name.versionSuffix }),
    ...(name.externalId === undefined ? {} : { external_id: name.externalId }),
    at: name.at,
  }));
}

export function coreExports(exports: readonly CoreExport[]): ExportFact[] {
  return exports.map(({ name, kind, at }) => ({ name, kind, at }));
}

export function componentExports(exports: readonly ComponentExport[]): ExportFact[] {
  return exports.map(({ name, kind }) => ({ name: name.name, kind, at: name.at }));
}
