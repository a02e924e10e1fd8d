/**
 * What do the custom sections of the outermost binary say about it? Custom sections never make a binary malformed: one
 * that cannot be read is reported by a warning and otherwise left out (core spec 5.5.3, tool-conventions).
 */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";
import { type CustomSection, openCustomSection } from "../custom.ts";
import { WasmError } from "../errors.ts";
import type { MetadataFact, ProducerField } from "../inspection.ts";
import { readDependencies } from "./dependencies.ts";

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Sections whose whole content is one text (wasm-metadata; the names are OCI's annotation keys). */
const TEXTS: ReadonlySet<string> = new Set([
  "authors",
  "description",
  "homepage",
  "licenses",
  "registry-metadata",
  "revision",
  "source",
  "version",
]);

export class MetadataReader {
  private readonly budget: Budget;
  private readonly seen = new Set<string>();
  private name: string | undefined;
  private producers: readonly ProducerField[] = [];
  private readonly texts = new Map<string, string>();
  private dependencies: MetadataFact["dependencies"];
  private targetFeatures: readonly string[] | undefined;
  private readonly componentTypes: string[] = [];
  private readonly sections: { name: string; at: number; size_bytes: number }[] = [];

  constructor(budget: Budget) {
    this.budget = budget;
  }

  add(custom: CustomSection): void {
    const { name, at, size } = custom;
    this.sections.push({ name, at, size_bytes: size });
    if (name.startsWith("component-type:") || name === "component-type") this.componentTypes.push(name);
    else if (this.isMetadata(name)) this.read(custom);
  }

  get awaitsComponentNew(): boolean {
    return this.componentTypes.length > 0;
  }

  finish(): MetadataFact {
    return {
      ...(this.name === undefined ? {} : { name: this.name }),
      producers: this.producers,
      registry: Object.fromEntries([...this.texts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      ...(this.dependencies === undefined ? {} : { dependencies: this.dependencies }),
      ...(this.targetFeatures === undefined ? {} : { target_features: this.targetFeatures }),
      component_types: this.componentTypes,
      custom_sections: this.sections,
    };
  }

  private isMetadata(name: string): boolean {
    return TEXTS.has(name) || READ_SECTIONS.has(name);
  }

  /** A second section of the same name is not read: tools disagree which of the two counts. */
  private read(custom: CustomSection): void {
    const { name } = custom;
    const tooLong = custom.end - custom.start > this.budget.limits.metadata_section_bytes_max;
    const readable = !tooLong && !this.seen.has(name) && this.readSection(custom);
    this.seen.add(name);
    if (!readable) this.budget.warn("custom_section_unreadable", custom.at, custom.path);
  }

  private readSection(custom: CustomSection): boolean {
    try {
      return this.interpret(custom);
    } catch (cause) {
      if (cause instanceof WasmError) return false;
      throw cause;
    }
  }

  private interpret(custom: CustomSection): boolean {
    const cursor = openCustomSection(custom);
    switch (custom.name) {
      case "name":
      case "component-name":
        this.name = readBinaryName(cursor) ?? this.name;
        return true;
      case "producers":
        this.producers = readProducers(cursor, this.budget);
        return true;
      case "target_features":
        this.targetFeatures = readTargetFeatures(cursor, this.budget);
        return true;
      case ".dep-v0":
        this.dependencies = readDependencies(cursor.bytes.subarray(cursor.offset, cursor.end), this.budget.limits);
        return this.dependencies !== undefined;
      default: {
        const text = readText(cursor);
        if (text !== undefined) this.texts.set(custom.name, text);
        return text !== undefined;
      }
    }
  }
}

const READ_SECTIONS: ReadonlySet<string> = new Set([
  "name",
  "component-name",
  "producers",
  "target_features",
  ".dep-v0",
]);

function readText(cursor: Cursor): string | undefined {
  try {
    return DECODER.decode(cursor.bytes.subarray(cursor.offset, cursor.end));
  } catch (cause) {
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}

/** Name section (core spec 7.4.1): subsection 0, which comes first, names the module or component. */
function readBinaryName(cursor: Cursor): string | undefined {
  if (cursor.remaining === 0 || cursor.u8() !== 0) return undefined;
  const end = cursor.u32() + cursor.offset;
  const name = cursor.name(cursor.remaining);
  if (cursor.offset !== end) cursor.fail("E_SECTION_TRAILING", "the name does not fill its subsection");
  return name;
}

/** tool-conventions, ProducersSection.md: vec(field name, vec(name, version)). */
function readProducers(cursor: Cursor, budget: Budget): ProducerField[] {
  const fields: ProducerField[] = [];
  const entriesLeft = entryCounter(cursor, budget);
  const count = entriesLeft(cursor.count(2));
  for (let index = 0; index < count; index++) {
    const field = cursor.name(cursor.remaining);
    const values: { name: string; version: string }[] = [];
    const valueCount = entriesLeft(cursor.count(2));
    for (let value = 0; value < valueCount; value++) {
      values.push({ name: cursor.name(cursor.remaining), version: cursor.name(cursor.remaining) });
    }
    fields.push({ field, values });
  }
  if (cursor.remaining > 0) cursor.fail("E_SECTION_TRAILING", "the producers do not fill their section");
  return fields;
}

/** tool-conventions, Linking.md: vec(prefix, name); the prefix `+` says used, `-` forbidden, `=` required. */
function readTargetFeatures(cursor: Cursor, budget: Budget): string[] {
  const features: string[] = [];
  const count = entryCounter(cursor, budget)(cursor.count(2));
  for (let index = 0; index < count; index++) {
    const prefix = String.fromCharCode(cursor.u8());
    if (!"+-=".includes(prefix)) cursor.fail("E_SECTION_TRAILING", "the prefix of a target feature is unknown");
    features.push(prefix + cursor.name(cursor.remaining));
  }
  return features;
}

function entryCounter(cursor: Cursor, budget: Budget): (count: number) => number {
  let total = 0;
  return (count) => {
    total += count;
    if (total > budget.limits.metadata_entries_max) cursor.fail("E_LIMIT_STRINGS", "too many entries of metadata");
    return count;
  };
}
