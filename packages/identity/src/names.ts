/** Networks and subjects: S1's rules, and beyond them one written form (contract table 4; decisions 23). */
import { rustTrim } from "@tau-edge/manifest";
import { IdentityError } from "./errors.ts";
import { LEGACY_NAME_CHARS_MAX, NAME_CHARS_MAX } from "./limits.ts";

export type NameField = "network" | "subject";

/**
 * What a person typed, as S1 read it: trimmed and in lowercase. For commands, which then say what they used.
 * @throws IdentityError `network_malformed`, `subject_malformed`
 */
export function normalizeName(field: NameField, text: string): string {
  return checkName(field, normalizeLegacyName(field, text));
}

/**
 * The name itself, when it is in its one form: other spellings would be other identities.
 * @throws IdentityError `network_malformed`, `subject_malformed`
 */
export function checkName(field: NameField, text: string): string {
  if (text.length > NAME_CHARS_MAX || normalizeLegacyName(field, text) !== text) throw malformed(field);
  return text;
}

/**
 * S1's rules in S1's order: trim; not empty; no dot at an end and no two together; ASCII letters, digits, `.`, `_`, `-`;
 * each part between dots begins and ends with a letter or digit; lowercase. S1 has no limit of its own.
 */
export function normalizeLegacyName(field: NameField, text: string): string {
  const trimmed = rustTrim(text);
  if (trimmed.length > LEGACY_NAME_CHARS_MAX || !/^[A-Za-z0-9._-]+$/.test(trimmed)) throw malformed(field);
  // An empty part is a dot at an end, or two together.
  if (!trimmed.split(".").every((part) => /^[A-Za-z0-9](?:.*[A-Za-z0-9])?$/.test(part))) throw malformed(field);
  return trimmed.toLowerCase();
}

function malformed(field: NameField): IdentityError {
  return new IdentityError(`${field}_malformed`, field);
}
