/** What every file of one `inspect` is looked at with. */
import type { Profile } from "@tau-edge/manifest";
import type { Validator } from "@tau-edge/ports";
import type { CliIo } from "./io.ts";

export interface InspectContext {
  readonly io: CliIo;
  readonly features: boolean;
  /** Absent: judged by the default profile, or by what the manifest names. */
  readonly profile?: Profile;
  readonly validator?: Validator;
}
