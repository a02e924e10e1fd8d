/** The time that a reproducible file states (https://reproducible-builds.org/specs/source-date-epoch/). */
import { ManifestError } from "./errors.ts";

/** 1980-01-01T00:00:00Z: the original demands more than 0, and archives cannot hold less. */
export const FIXED_UNIX_MS = 315_532_800_000;

/**
 * @param sourceDateEpoch the variable as it stands; undefined, empty and `0` give the fixed instant
 * @throws ManifestError `source_date_epoch_invalid`
 */
export function generatedUnixMs(sourceDateEpoch: string | undefined): number {
  if (sourceDateEpoch === undefined || sourceDateEpoch === "") return FIXED_UNIX_MS;
  const milliseconds = Number(sourceDateEpoch) * 1_000;
  if (!/^[0-9]{1,16}$/.test(sourceDateEpoch) || !Number.isSafeInteger(milliseconds))
    throw new ManifestError(
      "source_date_epoch_invalid",
      "SOURCE_DATE_EPOCH",
      "SOURCE_DATE_EPOCH is not a whole number of seconds",
      "Set it such as `SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)`, or unset it.",
    );
  return milliseconds === 0 ? FIXED_UNIX_MS : milliseconds;
}
