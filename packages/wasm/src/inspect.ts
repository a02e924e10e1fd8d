/**
 * What is in this binary? One synchronous pass over one buffer; the same bytes give the same answer on every runtime.
 */
import { compareUtf8 } from "@tau-edge/encoding";
import { Budget, lowerLimits } from "./budget.ts";
import { type Component, readComponent } from "./component/component.ts";
import { InstanceFunctions } from "./component/instance-functions.ts";
import { type CoreModule, readCoreModule } from "./core/module.ts";
import { Cursor } from "./cursor.ts";
import { WasmError } from "./errors.ts";
import { componentExports, componentImports, coreExports, coreImports } from "./facts.ts";
import { scanModuleFeatures } from "./features/scan.ts";
import type { Inspection, NestedFact, Role, WasmFeature } from "./inspection.ts";
import { componentInterfaces, coreInterfaces, type Interfaces } from "./interfaces.ts";
import type { Limits } from "./limits.ts";
import { MetadataReader } from "./metadata/metadata.ts";
import { readPreamble } from "./preamble.ts";
import { componentRoles, coreRoles } from "./roles.ts";
import { capabilitiesOf } from "./wasi/wasi-capabilities.ts";

export interface InspectOptions {
  /** Also scan function bodies for WebAssembly proposals. Default: no. */
  readonly features?: boolean;
  /** Limits may be lowered, never raised. */
  readonly limits?: Partial<Limits>;
}

/** Throws WasmError on malformed or refused bytes. */
export function inspect(bytes: Uint8Array, options: InspectOptions = {}): Inspection {
  const limits = lowerLimits(options.limits);
  if (bytes.length > limits.size_bytes_max) {
    throw new WasmError("E_LIMIT_SIZE", limits.size_bytes_max, "", `${bytes.length} bytes are more than the limit`);
  }
  const features = options.features === true ? new Set<WasmFeature>() : undefined;
  return new Inspector(bytes, new Budget(limits), features).run();
}

/** The facts that differ between modules and components. */
type Surface = Pick<Inspection, "kind" | "imports" | "exports" | "export_count"> & {
  readonly roles: readonly Role[];
  readonly interfaces: Interfaces;
};

const PREVIEW1 = "wasi_snapshot_preview1";

class Inspector {
  private readonly bytes: Uint8Array;
  private readonly budget: Budget;
  private readonly features: Set<WasmFeature> | undefined;
  private readonly metadata: MetadataReader;
  private readonly nested: NestedFact[] = [];

  constructor(bytes: Uint8Array, budget: Budget, features: Set<WasmFeature> | undefined) {
    this.bytes = bytes;
    this.budget = budget;
    this.features = features;
    this.metadata = new MetadataReader(budget);
  }

  run(): Inspection {
    const cursor = new Cursor(this.bytes, 0, this.bytes.length, "");
    const surface = readPreamble(cursor) === "module" ? this.module(cursor) : this.component(cursor);
    const { interfaces, ...facts } = surface;
    return {
      schema_version: 1,
      size_bytes: this.bytes.length,
      ...facts,
      interfaces: interfaces.facts,
      capabilities: capabilitiesOf(interfaces.reaches),
      nested: this.nested,
      metadata: this.metadata.finish(),
      warnings: this.budget.warnings,
      ...(this.features === undefined ? {} : { features: [...this.features].toSorted(compareUtf8) }),
    };
  }

  private module(cursor: Cursor): Surface {
    const module = readCoreModule(cursor, this.budget, true, (custom) => this.metadata.add(custom));
    this.scanFeatures(0, this.bytes.length, "");
    if (this.metadata.awaitsComponentNew) this.budget.warn("awaits_component_new", 0, "");
    if (module.exports.list.length < module.exports.count) this.budget.warn("exports_not_listed", 0, "");
    return {
      kind: "module",
      imports: coreImports(module.imports.list),
      exports: coreExports(module.exports.list),
      export_count: module.exports.count,
      roles: coreRoles(module.exports),
      interfaces: coreInterfaces(module.imports.list),
    };
  }

  private component(cursor: Cursor): Surface {
    const component = readComponent(cursor, {
      budget: this.budget,
      depth: 0,
      readNested: (contents, kind, index) => this.readNested(contents, kind, index, "", 1),
      onCustom: (custom) => this.metadata.add(custom),
    });
    const functions = new InstanceFunctions(this.bytes, this.budget);
    const unresolved = (at: number) => this.budget.warn("instance_type_unresolved", at, "");
    const listMax = this.budget.limits.exports_listed_max;
    if (component.exports.length > listMax) this.budget.warn("exports_not_listed", 0, "");
    return {
      kind: isWitPackage(component) ? "wit_package" : "component",
      imports: componentImports(component.imports),
      exports: componentExports(component.exports.slice(0, listMax)),
      export_count: component.exports.length,
      roles: componentRoles(component),
      interfaces: componentInterfaces(component.imports, functions, unresolved),
    };
  }

  /** A nested binary is a whole one, preamble included, of the kind that its section announces. */
  private readNested(
    contents: Cursor,
    kind: "module" | "component",
    index: number,
    parent: string,
    depth: number,
  ): void {
    const at = contents.offset;
    this.budget.nested(contents, depth, at);
    const path = `${parent === "" ? "" : `${parent}/`}${kind}/${index}`;
    const cursor = new Cursor(this.bytes, at, contents.end, path);
    contents.offset = contents.end;
    if (readPreamble(cursor) !== kind) cursor.fail("E_NESTED_KIND", `a ${kind} was announced here`, at);
    const place = this.nested.length;
    const base = { path, kind, at, size_bytes: contents.end - at };
    // Holds the place, so that a parent stands before its children.
    this.nested.push({ ...base, import_names: [], import_count: 0, export_count: 0 });
    const counts = kind === "module" ? this.nestedModule(cursor, at) : this.nestedComponent(cursor, depth);
    this.nested[place] = { ...base, ...counts };
  }

  private nestedModule(cursor: Cursor, at: number): Omit<NestedFact, "path" | "kind" | "at" | "size_bytes"> {
    const { imports, exports }: CoreModule = readCoreModule(cursor, this.budget, false);
    this.scanFeatures(at, cursor.end, cursor.path);
    if (imports.modules.has(PREVIEW1)) this.budget.warn("embedded_preview1_adapter", at, cursor.path);
    return {
      import_names: [...imports.modules].toSorted(compareUtf8),
      import_count: imports.count,
      export_count: exports.count,
    };
  }

  private nestedComponent(cursor: Cursor, depth: number): Omit<NestedFact, "path" | "kind" | "at" | "size_bytes"> {
    const { imports, exports } = readComponent(cursor, {
      budget: this.budget,
      depth,
      readNested: (contents, kind, index) => this.readNested(contents, kind, index, cursor.path, depth + 1),
    });
    return {
      import_names: imports.map(({ name }) => name.name).toSorted(compareUtf8),
      import_count: imports.length,
      export_count: exports.length,
    };
  }

  private scanFeatures(start: number, end: number, path: string): void {
    if (this.features !== undefined) scanModuleFeatures(this.bytes, start, end, path, this.features);
  }
}

/** A WIT package is encoded as a component whose exports are component types and that has nothing else. */
function isWitPackage({ onlyTypes, exports }: Component): boolean {
  return (
    onlyTypes && exports.length > 0 && exports.every(({ kind, type }) => kind === "type" && type.form === "component")
  );
}
