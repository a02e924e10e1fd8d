/** Which interfaces does the outermost binary import, at which version, and which of their functions? */
import { compareUtf8 } from "@tau-edge/encoding";
import { interfaceOf } from "./component/attributes.ts";
import type { ComponentImport } from "./component/component.ts";
import type { InstanceFunctions } from "./component/instance-functions.ts";
import type { CoreImport } from "./core/imports.ts";
import type { InterfaceFact } from "./inspection.ts";
import { type InterfaceName, parseExternName, parseInterfaceName } from "./names.ts";
import type { Reach } from "./wasi/wasi-capabilities.ts";
import { isKnownInterface, lookUpInterface } from "./wasi/wasi-table.ts";
import { wasiTrack } from "./wasi/wasi-version.ts";

export interface Interfaces {
  readonly facts: InterfaceFact[];
  readonly reaches: Reach[];
}

interface Entry {
  readonly parsed: InterfaceName;
  readonly version: string | undefined;
  readonly functions: Set<string>;
  /** False once an import's functions could not be read. */
  complete: boolean;
}

class Collector {
  private readonly entries = new Map<string, Entry>();

  entry(parsed: InterfaceName, suffix = ""): Entry {
    const version = parsed.version === undefined ? undefined : parsed.version + suffix;
    const name = parsed.name + suffix;
    const entry = this.entries.get(name) ?? { parsed, version, functions: new Set<string>(), complete: true };
    this.entries.set(name, entry);
    return entry;
  }

  finish(): Interfaces {
    const sorted = [...this.entries].toSorted(([left], [right]) => compareUtf8(left, right));
    return {
      facts: sorted.map(([name, entry]) => fact(name, entry)),
      reaches: sorted.map(([, entry]) => reach(entry)),
    };
  }
}

function bareName({ namespace, package: packageName, interface: label }: InterfaceName): string {
  return `${namespace}:${packageName}/${label}`;
}

function fact(name: string, entry: Entry): InterfaceFact {
  const { parsed, version } = entry;
  const bare = bareName(parsed);
  const track = wasiTrack(parsed.namespace, version);
  const unread = entry.complete ? [] : (lookUpInterface(bare, track)?.functions ?? []);
  return {
    name,
    namespace: parsed.namespace,
    package: parsed.package,
    interface: parsed.interface,
    ...(version === undefined ? {} : { version }),
    track,
    known: isKnownInterface(bare, track),
    functions: [...new Set([...entry.functions, ...unread])].toSorted(compareUtf8),
  };
}

function reach(entry: Entry): Reach {
  const name = bareName(entry.parsed);
  return entry.complete ? { name, functions: entry.functions } : { name };
}

/**
 * `unresolved` is told where an import stands whose type is behind an alias, or holds more than functions and types; it
 * counts as importing everything.
 */
export function componentInterfaces(
  imports: readonly ComponentImport[],
  functions: InstanceFunctions,
  unresolved: (at: number) => void,
): Interfaces {
  const collector = new Collector();
  for (const { name, kind, type } of imports) {
    if (kind !== "instance") continue;
    // Types of plain-named instances are read as well: they must be well-formed, whatever they are called.
    const members = type.form === "instance" ? functions.of(type, name.at) : undefined;
    const resolved = members?.plain === true;
    if (!resolved) unresolved(name.at);
    const parsed = interfaceOf(name);
    if (parsed === undefined) continue;
    const entry = collector.entry(parsed, name.versionSuffix);
    if (!resolved) entry.complete = false;
    for (const each of members?.functions ?? []) entry.functions.add(each);
  }
  return collector.finish();
}

const STANDARD_MANGLING = "cm32p2|";
/** Intrinsics that call the canonical ABI, not the interface; `async-lower` and `async` only mark the call. */
const CALL_MARK = /^\[(?:async-lower|async)\]/;
/** `[resource-drop]r` and its like; the standard mangling has `r_drop`, and no function's name has an underscore. */
const INTRINSIC = /^\[(?!async|method\]|static\]|constructor\])[a-z][a-z0-9-]*\]|^[a-z][a-z0-9-]*_(?:drop|new|rep)$/;

/** The name that a host links for a core import's module: what the manglings of components wrap, else the name. */
export function effectiveModule(module: string): string {
  if (!module.startsWith(STANDARD_MANGLING)) return module;
  const inner = module.slice(STANDARD_MANGLING.length);
  return parseInterfaceName(inner) === undefined ? module : inner;
}

export function coreInterfaces(imports: readonly CoreImport[]): Interfaces {
  const collector = new Collector();
  const parsedModules = new Map<string, InterfaceName | undefined>();
  for (const { module, field, kind } of imports) {
    if (!parsedModules.has(module)) parsedModules.set(module, parseInterfaceName(effectiveModule(module)));
    const parsed = parsedModules.get(module);
    if (parsed === undefined) continue;
    const entry = collector.entry(parsed);
    const name = field.replace(CALL_MARK, "");
    if (kind !== "func" || INTRINSIC.test(name)) continue;
    // A field that no bindings generator writes may stand for anything that the interface has.
    if (parseExternName(name)?.form === "plain") entry.functions.add(name);
    else entry.complete = false;
  }
  return collector.finish();
}
