/** Every number of the use cases, with its reason. */

/**
 * How often an append is decided anew after somebody else was first. Each conflict means that another writer got
 * through, so this many writers of one blueprint can be busy at once.
 */
export const APPEND_ATTEMPTS_MAX = 100;

/**
 * A blueprint may rest this long before it is packaged again without anybody looking at the clock. Longer than any
 * retention class; a clock that is set to another decade is still noticed before it stamps a record.
 */
export const REST_MS_MAX = 400 * 24 * 60 * 60 * 1000;

/** Plans, reports, snapshots and checkpoints. A snapshot with every lane and bucket filled takes 6 MB. */
export const STRUCTURED_OBJECT_BYTES_MAX = 32 * 1024 * 1024;

/**
 * How old the answer to "who gets what" may be: a tenth of a second is a tenth of what lies between an abort and the
 * last agent that follows it (decisions 19), and the ledger is then asked ten times a second, however many resolve.
 */
export const RESOLVE_AGE_MS_MAX = 100;

/**
 * Keys whose answer is remembered, over all streams, because anybody may make keys up: about 4 MB, and a crowd that asks
 * every 5 s at 2,000 a second.
 */
export const RESOLVED_KEYS_MAX = 10_000;
/** A UUID has 36; the answer for a longer key is worked out each time. */
export const RESOLVED_KEY_CHARS_MAX = 128;

/** Told to every agent with each answer. */
export const FREEZE_REASON_BYTES_MAX = 512;

/** A release that is made once more after this is recorded once more: it is kept for as long as a new one. */
export const RELEASE_AGAIN_MS = 24 * 60 * 60 * 1000;

/** A preflight reads the whole artifact and every object of the rollout; what it waits for is done by people. */
export const PREFLIGHT_RETRY_MS = 30_000;

/** Steps in one stream before the others' turn; a rollout has three for each window, and one is open at a time. */
export const STEPS_PER_TICK_MAX = 16;

/** Findings about files that cases name. An entry takes about a kilobyte; a fixture names few files, and many times each. */
export const REMEMBERED_FINDINGS_MAX = 10_000;

/** Up to this size a fixture is read in memory, and what is refused touches no file. S1's has 2 KB, one of 10,000 cases 7 MB. */
export const STAGED_IN_MEMORY_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Pages of results that stood there before the cycle, kept until its record is appended: a collection may take them before.
 * Beyond it such a cycle is refused then, and is run again.
 */
export const PAGES_KEPT_BYTES_MAX = 64 * 1024 * 1024;

/** Cases that wait for another try, each with its text. Beyond it, the one that is due first is waited for. */
export const WAITING_RETRIES_MAX = 10_000;

/** Of a cycle's report: enough to see what they have in common. All of them are in the ledger's pages. */
export const CYCLE_FAILURES_MAX = 100;

/** In which an imported state file is stored: a record names 1,900 at most, and the largest file that is read has 2 GiB. */
export const IMPORT_PIECE_BYTES = 8 * 1024 * 1024;

/** S4: five minutes to hand a link over, half a minute at the least, and never longer than ten. */
export const LINK_TTL_S_DEFAULT = 300;
export const LINK_TTL_S_MIN = 30;
export const LINK_TTL_S_MAX = 600;

/** Each is made by somebody who then waits for it to be used, within ten minutes. */
export const OPEN_LINKS_MAX = 500;

/** Of 256 bits nobody guesses one in five; whoever tries is better stopped. */
export const LINK_TRIES_MAX = 5;

/** The reply to an exchange may be lost: as long as a browser takes to notice and ask again. */
export const EXCHANGE_REPEAT_MS = 60_000;

/** Agents that are not revoked; a row takes about 300 bytes. */
export const AGENTS_MAX = 100_000;

/** Access tokens are renewed before their end; a stolen one is of use for a quarter of an hour, and only with the key. */
export const ACCESS_TTL_S = 900;

/** Of the gateway's signature under a reply: the reply is read at once. */
export const GATEWAY_PROOF_MS = 60_000;

/** Agents in one page of the list. */
export const AGENTS_PAGE_MAX = 200;
export const AGENTS_PAGE_DEFAULT = 100;

/** States of blueprints that an agent tells at once. */
export const NOTED_STATES_MAX = 100;

/** Shorter is a session, longer is for ever. */
export const TOKEN_EXPIRY_S_MIN = 60;
export const TOKEN_EXPIRY_S_MAX = 366 * 24 * 60 * 60;

/** NIST SP 800-63B asks for 8 at least; this one opens everything. */
export const NEW_PASSWORD_CHARS_MIN = 12;

/** A bearer token that somebody configured may be longer than ours; beyond it nothing is hashed. */
export const OWNER_SECRET_CHARS_MAX = 1_024;

/** How old what a gateway knows of other processes' acts may be (decisions 15). */
export const SETTLE_INTERVAL_MS = 10_000;

/** A rotation that was recorded this long ago and is not in force was broken off: a transaction takes a hundredth of it. */
export const SETTLE_GRACE_MS = 5_000;

/** As often as somebody rotates between two steps of the same act, it begins again. */
export const ROTATION_ATTEMPTS_MAX = 5;

/** Records of a rollout that are told together: 30 KB, and two such pages are at hand for each rollout that is watched. */
export const EVENTS_PAGE = 32;

/** Made-up keys that a backup and a drill of it resolve in each stream: about 10 ms. */
export const DRILL_KEYS = 1_000;

/** Of a backup: ten million files with paths as objects have them take 2.3 GB. */
export const BACKUP_DOCUMENT_BYTES_MAX = 4 * 1024 * 1024 * 1024;
/** Of one member of it, such as the ends of all streams: 100,000 of them take 15 MB. */
export const BACKUP_MEMBER_BYTES_MAX = 256 * 1024 * 1024;

/** Entries of an incident timeline, the latest: each takes about 400 bytes. */
export const INCIDENTS_MAX = 10_000;

/** How often a backup is begun again because objects were collected under it. */
export const BACKUP_ATTEMPTS_MAX = 3;

/** Files of a backup that are read, or copied and synced, at once: the file system answers their syncs together. */
export const BACKUP_FILES_AT_ONCE = 16;

/** Of one verdict, where only its figures are wanted: a finding takes about 200 bytes. */
export const GATE_REPORT_BYTES_MAX = 64 * 1024;

/** Free space that a migration leaves beside a second copy of the ledger and what its transaction writes. */
export const UNDO_SPARE_BYTES = 4 * 1024 * 1024;
