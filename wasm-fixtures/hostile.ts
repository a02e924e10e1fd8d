/**
 * Inputs made to hurt a reader, each with the error that it must give. They are functions, because some are large.
 * What is odd but well-formed (implements, external ids, homoglyphs in core modules) is in fixtures.json: it must be
 * read, and judged.
 */
import { HOSTILE_COMPONENTS } from "./hostile-components.ts";
import type { HostileInput } from "./hostile-input.ts";
import { HOSTILE_MODULES } from "./hostile-modules.ts";
import { HOSTILE_SIZES } from "./hostile-sizes.ts";

export const HOSTILE_INPUTS: readonly HostileInput[] = [...HOSTILE_MODULES, ...HOSTILE_COMPONENTS, ...HOSTILE_SIZES];

export type { HostileInput };
