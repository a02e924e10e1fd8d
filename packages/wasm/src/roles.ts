/** What can a host start or call in this binary? */

import { type AttributedName, interfaceOf } from "./component/attributes.ts";
import type { Component } from "./component/component.ts";
import type { CoreExports } from "./core/exports.ts";
import type { Role } from "./inspection.ts";
import { wasiTrack } from "./wasi/wasi-version.ts";

const RUN = "wasi:cli/run";
/** 0.2 and 0.3 name the handler differently. */
const HANDLERS: ReadonlySet<string> = new Set(["wasi:http/incoming-handler", "wasi:http/handler"]);

export function coreRoles(exports: CoreExports): Role[] {
  const roles: Role[] = [];
  if (exports.entryPoints.has("_start")) roles.push("command");
  if (exports.entryPoints.has("_initialize")) roles.push("reactor");
  return roles;
}

/** A component that exports something callable, but nothing that a host knows how to start, is a reactor. */
export function componentRoles(component: Component): Role[] {
  const imported = component.imports.map(({ name, kind }) => (kind === "instance" ? wasiName(name) : undefined));
  const exported = component.exports.map(({ name, kind }) => (kind === "instance" ? wasiName(name) : undefined));
  const handles = exported.some(isHandler);
  const roles: Role[] = [];
  if (exported.includes(RUN)) roles.push("command");
  if (handles) roles.push("http_server");
  if (handles && imported.some(isHandler)) roles.push("http_middleware");
  const callable = component.exports.some(({ kind }) => kind === "func" || kind === "instance");
  if (roles.length === 0 && callable) roles.push("reactor");
  return roles.toSorted();
}

function isHandler(name: string | undefined): boolean {
  return name !== undefined && HANDLERS.has(name);
}

/** The interface without its version, if that version belongs to a WASI release. */
function wasiName(name: AttributedName): string | undefined {
  const parsed = interfaceOf(name);
  if (parsed === undefined) return undefined;
  const version = parsed.version === undefined ? undefined : parsed.version + (name.versionSuffix ?? "");
  const track = wasiTrack(parsed.namespace, version);
  if (track === "none" || track === "other") return undefined;
  return `${parsed.namespace}:${parsed.package}/${parsed.interface}`;
}
