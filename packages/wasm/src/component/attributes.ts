/**
 * The name of an import or export with its attributes (Component Model Binary.md: `nameattributes`): 0x00 or 0x01 and
 * a name, or 0x02, a name and a vector of attributes, each at most once.
 */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";
import {
  type ExternName,
  type InterfaceName,
  isVersionSuffix,
  parseExternName,
  parseInterfaceName,
  uniquenessKey,
} from "../names.ts";

export interface AttributedName {
  readonly name: string;
  readonly parsed: ExternName;
  readonly implements?: string;
  readonly versionSuffix?: string;
  readonly externalId?: string;
  readonly at: number;
}

const IMPLEMENTS = 0x00;
const VERSION_SUFFIX = 0x01;
const EXTERNAL_ID = 0x02;

interface Attributes {
  implements?: string;
  versionSuffix?: string;
  externalId?: string;
}

export function readAttributedName(cursor: Cursor, budget: Budget, bytesMax: number): AttributedName {
  const at = cursor.offset;
  const form = cursor.u8();
  if (form > 0x02) cursor.fail("E_NAME_ATTR", `the name form 0x${form.toString(16)} is unknown`, at);
  const nameAt = cursor.offset;
  const name = budget.name(cursor, bytesMax);
  const attributes = form === 0x02 ? readAttributes(cursor, budget, bytesMax) : {};
  const parsed = parseExternName(name);
  if (parsed === undefined) cursor.fail("E_NAME_GRAMMAR", "a name does not follow the grammar", nameAt);
  const named = { name, parsed, at, ...attributes };
  checkVersion(cursor, named);
  return named;
}

/** The same, checked for its form and its UTF-8 only. */
export function skipAttributedName(cursor: Cursor, budget: Budget, bytesMax: number): void {
  const at = cursor.offset;
  const form = cursor.u8();
  if (form > 0x02) cursor.fail("E_NAME_ATTR", `the name form 0x${form.toString(16)} is unknown`, at);
  budget.skipName(cursor, bytesMax);
  if (form === 0x02) readAttributes(cursor, budget, bytesMax);
}

/** The interface that the name or its `implements` attribute names. */
export function interfaceOf(name: AttributedName): InterfaceName | undefined {
  if (name.implements !== undefined) return parseInterfaceName(name.implements);
  return name.parsed.form === "interface" ? name.parsed : undefined;
}

function readAttributes(cursor: Cursor, budget: Budget, bytesMax: number): Attributes {
  const found: Attributes = {};
  const count = cursor.count(2);
  for (let index = 0; index < count; index++) {
    const at = cursor.offset;
    const kind = cursor.u8();
    if (kind > EXTERNAL_ID) cursor.fail("E_NAME_ATTR", `the name attribute 0x${kind.toString(16)} is unknown`, at);
    const value = budget.name(cursor, bytesMax);
    const key = kind === IMPLEMENTS ? "implements" : kind === VERSION_SUFFIX ? "versionSuffix" : "externalId";
    if (found[key] !== undefined) cursor.fail("E_NAME_ATTR", "a name attribute stands twice", at);
    found[key] = value;
  }
  return found;
}

/** A canonical version needs its suffix, a whole one must not have any. */
function checkVersion(cursor: Cursor, name: AttributedName): void {
  const target = interfaceOf(name);
  const suffix = name.versionSuffix;
  if (suffix === undefined) {
    if (target?.canonical) cursor.fail("E_NAME_GRAMMAR", "a canonical version comes without its suffix", name.at);
  } else if (target?.version === undefined || !isVersionSuffix(target.version, suffix)) {
    cursor.fail("E_NAME_ATTR", "a version suffix does not complete the version of its name", name.at);
  }
}

/** Only an instance with a plain name may implement an interface (Explainer.md, `implements`). */
export function checkImplements(cursor: Cursor, name: AttributedName, isInstance: boolean): void {
  if (name.implements === undefined) return;
  if (!isInstance) cursor.fail("E_NAME_ATTR", "only an instance implements an interface", name.at);
  if (name.parsed.form !== "plain") cursor.fail("E_NAME_ATTR", "implements needs a plain name", name.at);
  if (parseInterfaceName(name.implements) === undefined) {
    cursor.fail("E_NAME_GRAMMAR", "implements does not name an interface", name.at);
  }
}

/** Refuses the second of two names that are not strongly unique. */
export function checkUnique(cursor: Cursor, seen: Set<string>, name: AttributedName): void {
  const key = uniquenessKey(name.name);
  if (seen.has(key)) cursor.fail("E_NAME_DUP", "a name is not strongly unique", name.at);
  seen.add(key);
}
