/** Which profile do --profile and --profile-file mean? */
import {
  builtinProfile,
  DEFAULT_PROFILE,
  type Profile,
  parseRuntimeProfile,
  type RuntimeProfile,
} from "@tau-edge/manifest";
import { CliError } from "./failure.ts";
import type { CliIo } from "./io.ts";
import { readFileOnce } from "./operands.ts";

export interface ProfileOptions {
  readonly profile?: string;
  readonly profileFile?: string;
}

/** A profile file is a page of JSON; its reader has the exact limit. */
const PROFILE_BYTES_MAX = 1024 * 1024;

/** @returns undefined when neither was given */
export async function chosenProfile(options: ProfileOptions, io: CliIo): Promise<Profile | undefined> {
  const { profile: id, profileFile } = options;
  if (id !== undefined && profileFile !== undefined)
    throw new CliError("usage", "--profile and --profile-file exclude each other");
  if (profileFile !== undefined) {
    const bytes = readFileOnce(io, profileFile, PROFILE_BYTES_MAX);
    const { parseProfile } = await import("./parse-profile.ts");
    return parseProfile(bytes);
  }
  return id === undefined ? undefined : knownProfile(id);
}

export async function profileOrDefault(options: ProfileOptions, io: CliIo): Promise<Profile> {
  return (await chosenProfile(options, io)) ?? DEFAULT_PROFILE;
}

/** @throws CliError `profile_unknown` */
export function knownProfile(id: string): Profile {
  const profile = builtinProfile(id);
  if (profile === undefined)
    throw new CliError("profile_unknown", `There is no built-in profile ${id}`, {
      remedy: "`tau-edge profile list` names them; --profile-file reads one of your own.",
    });
  return profile;
}

/** @throws CliError `usage` */
export function knownRuntimeProfile(text: string): RuntimeProfile {
  const known = parseRuntimeProfile(text);
  if (known === undefined)
    throw new CliError("usage", `There is no runtime profile ${text}`, {
      remedy: "It is wasm_wasi or channel_automation_wasi.",
    });
  return known;
}
