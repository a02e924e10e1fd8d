/** Blueprint ids. An id is a directory name and part of a stream name, so it is refused rather than rewritten. */
import { ManifestError } from "./errors.ts";
import { MANIFEST_LIMITS } from "./limits.ts";

const BLUEPRINT_ID = /^[a-z0-9][a-z0-9._-]{0,62}$/;

export function isBlueprintId(text: string): boolean {
  return BLUEPRINT_ID.test(text) && !text.includes("..");
}

/** @throws ManifestError `blueprint_id_invalid` with a valid id in the remedy */
export function parseBlueprintId(text: string): string {
  if (isBlueprintId(text)) return text;
  throw new ManifestError(
    "blueprint_id_invalid",
    "blueprint_id",
    `${JSON.stringify(text.slice(0, 100))} is not a blueprint id: lowercase letters, digits, \`.\`, \`_\` and \`-\`, starting with a letter or digit, at most ${MANIFEST_LIMITS.blueprint_id_chars_max}, no \`..\``,
    `Name it yourself: \`--blueprint ${suggestBlueprintId(text)}\`.`,
  );
}

/**
 * The default id of a packaged file: its stem.
 * @param path a path or name; the ending `.wasm` is left out
 * @throws ManifestError `blueprint_id_invalid`
 */
export function blueprintFromFileName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return parseBlueprintId(name.replace(/\.wasm$/i, ""));
}

/** A valid id that looks like the text. */
export function suggestBlueprintId(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[._-]+/, "")
    .slice(0, MANIFEST_LIMITS.blueprint_id_chars_max)
    .replace(/[._-]+$/, "");
  return words === "" ? "edge-wasm" : words;
}
