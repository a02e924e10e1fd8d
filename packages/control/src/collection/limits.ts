/** Every number of the collection, with its reason. */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A weekly job that ran a day late is no clock that jumped; a month is. */
export const COLLECTOR_AHEAD_MS_MAX = 8 * DAY_MS;
/** Decisions 17: NTP steps are smaller. */
export const COLLECTOR_BEHIND_MS_MAX = 10 * MINUTE_MS;

/** An undo goes back to one of these (decisions 8). */
export const RECENT_COMMITS_MAX = 10;

/** A list of so many takes 2 MB. */
export const LIST_OBJECTS_MAX = 10_000;
export const LIST_BYTES_MAX = 16 * 1024 * 1024;

/** Printed whole with every pin. */
export const RETENTION_REASON_BYTES_MAX = 512;

/** Each time somebody pinned a release or lengthened a window while objects were judged, all of them are judged again. */
export const JUDGED_AGAIN_MAX = 5;

/** Readable copies that are taken away while nobody can append. */
export const UNLINKED_AT_ONCE_MAX = 250;
