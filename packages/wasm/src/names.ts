/**
 * Is this a name that a component may import or export, and what does it name? (Component Model Explainer.md, "Import
 * and Export Definitions": `externname`.)
 *
 * Names of the forms `unlocked-dep=<…>`, `locked-dep=<…>`, `url=<…>` and `integrity=<…>` left the grammar in 2026 but
 * validators in use still accept them; they are told apart here so that a policy can refuse them by name.
 */

export type ExternName =
  | { readonly form: "plain"; readonly name: string }
  | InterfaceName
  | { readonly form: "legacy_dependency"; readonly name: string };

export interface InterfaceName {
  readonly form: "interface";
  readonly name: string;
  readonly namespace: string;
  readonly package: string;
  readonly interface: string;
  /** Semantic version, or a canonical version such as `0.2`. */
  readonly version?: string;
  /** True when the version is canonical: shortened to what decides compatibility. */
  readonly canonical: boolean;
}

// One fragment is all lower or all upper case; only later ones may start with a digit. The alternatives exclude each
// other, so that a hostile name cannot make the expression try every combination of them.
const FRAGMENT = "(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)";
const LATER = "(?:[0-9]*[a-z][a-z0-9]*|[0-9]*[A-Z][A-Z0-9]*|[0-9]+)";
const LABEL = `${FRAGMENT}(?:-${LATER})*`;
const LOWER = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";
const PLAIN = new RegExp(`^(?:\\[constructor\\]${LABEL}|\\[(?:method|static)\\]${LABEL}\\.${LABEL}|${LABEL})$`);
const INTERFACE = new RegExp(`^(${LOWER}):(${LOWER})/(${LABEL})(?:@(.*))?$`);
const LEGACY = /^(?:unlocked-dep|locked-dep|url|integrity)=</;

const NUMBER = "(?:0|[1-9][0-9]*)";
const IDENTIFIERS = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
const PRERELEASE_PART = `(?:${NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
/** Semantic Versioning 2.0.0, clauses 2, 9 and 10. */
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRERELEASE_PART}(?:\\.${PRERELEASE_PART})*)?(?:\\+${IDENTIFIERS})?$`,
);
/** The `canonversion`s that are not whole versions: cut behind the first part that is not zero. */
const CANONICAL = /^(?:[1-9][0-9]*|0\.[1-9][0-9]*)$/;
/** The `canonversion`s that are: nothing is compatible with them but themselves. */
const CANONICAL_WHOLE = /^0\.0\.(?:0|[1-9][0-9]*)$/;

/** No name in use comes near this; the expressions above are linear, the bound is a second belt. */
const NAME_CHARS_MAX = 100_000;

export function parseExternName(name: string): ExternName | undefined {
  if (name.length > NAME_CHARS_MAX) return undefined;
  if (PLAIN.test(name)) return { form: "plain", name };
  const parsed = parseInterfaceName(name);
  if (parsed !== undefined) return parsed;
  return LEGACY.test(name) && name.endsWith(">") ? { form: "legacy_dependency", name } : undefined;
}

export function parseInterfaceName(name: string): InterfaceName | undefined {
  const match = name.length > NAME_CHARS_MAX ? null : INTERFACE.exec(name);
  if (match === null) return undefined;
  const [, namespace = "", packageName = "", label = "", version] = match;
  const parts = { form: "interface", name, namespace, package: packageName, interface: label } as const;
  if (version === undefined) return { ...parts, canonical: false };
  if (SEMVER.test(version)) return { ...parts, version, canonical: false };
  return CANONICAL.test(version) ? { ...parts, version, canonical: true } : undefined;
}

/** A suffix makes a canonical version whole again: `0.2` and `.3` read `0.2.3`. */
export function isVersionSuffix(version: string, suffix: string): boolean {
  return (CANONICAL.test(version) || CANONICAL_WHOLE.test(version)) && SEMVER.test(version + suffix);
}

/**
 * Two names of one component must not only differ but be strongly unique: case and the annotation in brackets do not
 * count, `[method]r.r` collides with `r`, and only a constructor may share its resource's name.
 */
export function uniquenessKey(name: string): string {
  const lower = name.toLowerCase();
  if (!lower.startsWith("[")) return lower;
  if (lower.startsWith("[constructor]")) return lower;
  const bare = lower.slice(lower.indexOf("]") + 1);
  const dot = bare.indexOf(".");
  return dot >= 0 && bare.slice(0, dot) === bare.slice(dot + 1) ? bare.slice(0, dot) : bare;
}
