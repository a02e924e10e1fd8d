/** `tau-edge profile list` and `profile show`. */
import { BUILTIN_PROFILES } from "@tau-edge/manifest";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { CliIo } from "../io.ts";
import { knownProfile } from "../profile-option.ts";
import { columns } from "../render/text.ts";

export async function profileListVerb(options: { readonly json?: boolean }, io: CliIo): Promise<ExitCode> {
  if (options.json === true) {
    io.stdout(`${JSON.stringify(BUILTIN_PROFILES, undefined, 2)}\n`);
    return EXIT.done;
  }
  const rows = BUILTIN_PROFILES.map((profile) => [profile.profile_id, profile.runtime_profile, profile.description]);
  io.stdout(columns(rows, ""));
  return EXIT.done;
}

/** Always JSON: it is a document to start from. */
export async function profileShowVerb(id: string, io: CliIo): Promise<ExitCode> {
  io.stdout(`${JSON.stringify(knownProfile(id), undefined, 2)}\n`);
  return EXIT.done;
}
