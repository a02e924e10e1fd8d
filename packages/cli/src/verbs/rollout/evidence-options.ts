/** What a start is checked against beside its plan: the environment's profile, and the lockfile. */
import { nativeSha256 } from "@tau-edge/adapter-node";
import { type Digest, digestOf } from "@tau-edge/encoding";
import { type EnvironmentProfile, readEnvironmentProfile } from "@tau-edge/rollout";
import type { CliIo } from "../../io.ts";
import { readFileOnce } from "../../operands.ts";

export interface EvidenceOptions {
  readonly environmentProfile?: string;
  readonly lockfile?: string;
}

/** Refused by size before it is read; the reader has the exact limit. */
const PROFILE_FILE_BYTES_MAX = 1024 * 1024;

export interface Evidence {
  readonly profile?: EnvironmentProfile;
  readonly lockfile_hash?: Digest;
}

/** @throws CliError `file_*`, RolloutError `environment_profile_*` */
export function evidenceOf({ environmentProfile, lockfile }: EvidenceOptions, io: CliIo): Evidence {
  return {
    ...(environmentProfile === undefined
      ? {}
      : { profile: readEnvironmentProfile(readFileOnce(io, environmentProfile, PROFILE_FILE_BYTES_MAX)) }),
    ...(lockfile === undefined ? {} : { lockfile_hash: fileDigest(io, lockfile) }),
  };
}

export function fileDigest(io: CliIo, file: string): Digest {
  return digestOf(nativeSha256(readFileOnce(io, file)));
}
